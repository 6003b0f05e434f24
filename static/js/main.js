// Everything the pages need of script; without any of it they still work.
import "./announce.js";
import "./buy.js";
import "./countdown.js";
import "./notes.js";
