"""The world `launch-day`: a house on the day of a launch, with a drop in every state."""

from livedrop.seed.world import DAY, Maker, Offer, Ordered, Sale, World

ADA = Maker(
    handle="ada",
    name="Ada Okafor",
    liked=0.9,
    time_zone="Europe/Lisbon",
    bio=(
        "Printmaker in Lisbon. I cut linoleum in the morning, when the light comes in low over"
        " the river, and print in the afternoon, when my hands are warm. Small editions, numbered"
        " in pencil, never reprinted."
    ),
    things={
        "Harbour at Dusk": (
            "The harbour wall at Cacilhas, ten minutes after the last ferry. Five blocks, seven"
            " passes through the press, on 300 g cotton paper. 40 by 50 cm, numbered and signed."
        ),
        "Tide Tables": (
            "Twelve small prints, one for each month, with the real tides of the Tagus at the foot"
            " of every sheet. Bound with linen thread so that they can be taken apart and framed."
        ),
        "Lighthouse, Four Proofs": (
            "Four working proofs of the Bugio lighthouse, each one a step further, with my pencil"
            " notes in the margins. There is one set of each."
        ),
        "Pilot Boat": "A small boat that is always out. Two colours, 18 by 24 cm.",
        "Fig Leaves": (
            "The tree in my courtyard, cut from life in one August. Two blocks on mulberry paper,"
            " 30 by 40 cm, an edition of thirty."
        ),
    },
    sales=(
        Sale(
            title="Harbour at Dusk",
            story=(
                "I have drawn this wall for three years and cut it in one winter. The indigo"
                " edition is the evening as it was; the copper one is how I remember it.\n\n"
                "Every sheet is packed flat between boards and leaves my studio within a week."
            ),
            offers=(
                Offer("Harbour at Dusk", "Indigo edition", 4800, declared=40, sold=29),
                Offer("Harbour at Dusk", "Copper edition", 6200, declared=20, sold=17),
            ),
            published=-3 * DAY,
            starts=-25,
            ends=3 * DAY,
            limit=2,
            window=120,
            ships=True,
            given_up=4,
        ),
        Sale(
            title="Tide Tables",
            story="A year of the river, month by month. Fifty were made, for fifty walls.",
            offers=(Offer("Tide Tables", "Set of twelve", 9000, declared=50, sold=44),),
            published=-12 * DAY,
            starts=-9 * DAY,
            ends=-6 * DAY,
            ships=True,
            given_up=5,
        ),
        Sale(
            title="Lighthouse, Four Proofs",
            story="One of each, for those who like to see how a thing comes about.",
            offers=(
                Offer("Lighthouse, Four Proofs", "First proof", 11000, declared=1),
                Offer("Lighthouse, Four Proofs", "Second proof", 11000, declared=1),
                Offer("Lighthouse, Four Proofs", "Third proof", 12000, declared=1),
                Offer("Lighthouse, Four Proofs", "Last proof", 14000, declared=1),
            ),
            published=None,
            starts=9 * DAY,
            ends=10 * DAY,
            ships=True,
        ),
    ),
)

MIKA = Maker(
    handle="kilnandash",
    name="Mika Tanaka",
    liked=0.7,
    time_zone="Asia/Tokyo",
    bio=(
        "Kiln & Ash is a wood kiln, a shed and me. Four firings a year, three days each. What the"
        " fire does not like it keeps; what it likes I bring here."
    ),
    things={
        "Ash-Glazed Tea Bowl": (
            "Thrown from local clay, glazed with the ash of the apple trees that fired it. No two"
            " alike; each holds about 300 ml and warms both hands."
        ),
        "River Cup": "A straight cup, unglazed outside, the grey of the river stones. 180 ml.",
        "Kiln-Shelf Seconds": "Honest pots with a crack, a warp or a story. For daily use.",
    },
    sales=(
        Sale(
            title="Ash & Ember: Tea Bowls",
            story=(
                "Twenty-four bowls came out of the autumn firing whole. The kiln reached 1,280 °C"
                " on the second night and the ash ran further than it ever did.\n\n"
                "They go live in a minute, one for each of you."
            ),
            offers=(
                Offer("Ash-Glazed Tea Bowl", "Moss", 8500, declared=10),
                Offer("Ash-Glazed Tea Bowl", "Ember", 8500, declared=8),
                Offer("Ash-Glazed Tea Bowl", "Midnight", 9500, declared=6),
            ),
            published=-2 * DAY,
            starts=1.25,
            ends=DAY,
            ships=True,
        ),
        Sale(
            title="First Firing Seconds",
            story="A table of pots that are almost what I meant.",
            offers=(Offer("Kiln-Shelf Seconds", "One pot, my choice", 2500, declared=30),),
            published=-4 * DAY,
            starts=2 * DAY,
            ends=3 * DAY,
            cancelled="The storm took the shed's roof and most of this table with it. I am fine.",
            ships=True,
        ),
    ),
)

JUNO = Maker(
    handle="junoreyes",
    name="Juno Reyes",
    liked=0.8,
    time_zone="America/Mexico_City",
    bio="Zines, pins and other small loud things. I draw what flies around my lamp at night.",
    things={
        "Moth Pin": "Hard enamel, 28 mm, two posts so that it never flies upside down.",
        "Night Market No. 7": (
            "Forty pages about the people who sell soup after midnight. Yours as a PDF with all"
            " the drawings that did not fit, and my voice reading it to you."
        ),
        "Lamp Poster": "All forty-one moths of my street, life-size, on blue paper.",
    },
    sales=(
        Sale(
            title="Moths of My Street",
            story=(
                "Fifty pins, one moth. It sat on my screen while I drew it and did not leave until"
                " the drawing was done."
            ),
            offers=(Offer("Moth Pin", "Atlas moth, gold", 1400, declared=50, sold=50),),
            published=-2 * DAY,
            starts=-130,
            ends=DAY,
            limit=2,
            given_up=7,
        ),
        Sale(
            title="Night Market No. 7, First Readers",
            story="The first twelve readers get the pages that did not fit. Nothing is shipped.",
            offers=(Offer("Night Market No. 7", "First reader", 900, declared=12, sold=9),),
            published=-DAY,
            starts=-50,
            ends=2 * DAY,
            limit=1,
        ),
    ),
)

NOOR = Maker(
    handle="noorweaves",
    name="Noor Haddad",
    liked=0.4,
    time_zone="Europe/Berlin",
    bio=(
        "Handwoven wool from eleven sheep whose names I know. My loom is older than my"
        " grandmother, and louder."
    ),
    things={
        "Winter Scarf": "Undyed wool in four greys, 190 by 35 cm. It smells of hay for a week.",
        "Herringbone Throw": "Six weeks of weaving. 140 by 200 cm, charcoal on cream.",
    },
    sales=(
        Sale(
            title="Winter Weave",
            story=(
                "Everything that came off the loom since the shearing: thirty scarves and four"
                " throws. I write the name of the sheep on every label."
            ),
            offers=(
                Offer("Winter Scarf", "Ash grey", 7800, declared=18),
                Offer("Winter Scarf", "Dark brown", 7800, declared=12),
                Offer("Herringbone Throw", "Charcoal", 34000, declared=4),
            ),
            published=-DAY,
            starts=3 * DAY,
            ends=6 * DAY,
            limit=2,
            ships=True,
        ),
    ),
)

THEO = Maker(
    handle="theobrandt",
    name="Theo Brandt",
    liked=0.3,
    time_zone="Europe/London",
    bio="I record places before they change: marshes, ferries, a lift in Leeds. On tape, always.",
    things={
        "Tape Hiss": "Forty-four minutes of marsh at dawn, on chrome tape, with hand-cut cards.",
        "Ferry, Both Ways": "Out and back, unedited. A ten-inch record that plays from the middle.",
    },
    sales=(
        Sale(
            title="Tape Hiss: Field Recordings",
            story="Eighty tapes, dubbed one at a time at real speed. That took a while.",
            offers=(Offer("Tape Hiss", "Cassette", 1600, declared=80, sold=71),),
            published=-6 * DAY,
            starts=-3 * DAY,
            ends=-2 * DAY,
            currency="GBP",
            limit=3,
            ships=True,
            given_up=6,
        ),
    ),
)

ISOLDE = Maker(
    handle="lampyrid",
    name="Isolde Kranz",
    time_zone="Europe/Vienna",
    bio=(
        "I spin lamps from sheet aluminium on my father's lathe and pour candles when the motor has"
        " to cool. Lampyrid is the family of the fireflies."
    ),
    things={
        "Evening Lamp": (
            "A dome the size of two hands, spun, sanded and lacquered three times. Dims to the"
            " light of one candle. 42 cm high, with two metres of woven cord."
        ),
        "Porch Candle": (
            "Rapeseed wax from Burgenland with cedar and a little smoke. Burns for fifty hours; the"
            " tumbler is yours to drink from afterwards."
        ),
        "Wick Box": "Twelve cotton wicks, a trimmer and a snuffer in a box that clicks shut.",
    },
    sales=(
        Sale(
            title="Evening Lamp, First Run",
            story=(
                "Thirty-two domes came off the lathe without a ripple. I kept two.\n\n"
                "Each is numbered under the foot. If yours ever hums, send it back and I will teach"
                " it not to."
            ),
            offers=(
                Offer("Evening Lamp", "Slate blue", 18500, declared=18),
                Offer("Evening Lamp", "Apricot", 18500, declared=12),
            ),
            published=-DAY,
            starts=5 * 60,
            ends=2 * DAY,
            window=180,
            ships=True,
        ),
    ),
)

LAUNCH_DAY = World(
    number=20261122,
    makers=(ADA, MIKA, JUNO, NOOR, THEO, ISOLDE),
    cast={"ben": "Ben Castellanos", "cleo": "Cleo Marchetti", "dora": "Dora Lindqvist"},
    admins=frozenset({"dora"}),
    crowd=160,
    ordered=(
        Ordered(handle="ben", sale="Tape Hiss: Field Recordings"),
        Ordered(handle="ben", sale="Tide Tables", refunded=True),
    ),
    follows={
        "ben": ("ada", "kilnandash", "theobrandt"),
        "cleo": ("noorweaves",),
        "ada": ("kilnandash", "junoreyes"),
        "junoreyes": ("ada",),
        "theobrandt": ("noorweaves", "kilnandash"),
    },
)
