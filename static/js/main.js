// Everything the pages need of script; without any of it they still work.
import "./announce.js";
import "./buy.js";
import "./countdown.js";
import "./follow.js";
import "./notes.js";
import "./offline.js";
import "./times.js";
import "./unreached.js";
import "./live.js";
