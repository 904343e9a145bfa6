package dev.caddis.agent.config;

/// Why a text of the file is not accepted. [Value] adds where it stands.
final class Refused extends Exception {

    private final Telling telling;
    private final String what;
    private final String remedy;

    /// How much of the value is told beside the reason.
    enum Telling {
        /// The value is quoted and `what` follows it: `"5" has no unit`.
        WITH_VALUE,
        /// `what` stands alone: the value is a secret, or says nothing.
        WITHOUT_VALUE,
        /// Nothing is told: the cause is a problem of another line that was reported there.
        ALREADY_TOLD
    }

    private Refused(Telling telling, String what, String remedy) {
        super(what + "; " + remedy, null, false, false);
        this.telling = telling;
        this.what = what;
        this.remedy = remedy;
    }

    /// `what` continues the quoted value: "has no unit".
    static Refused value(String what, String remedy) {
        return new Refused(Telling.WITH_VALUE, what, remedy);
    }

    /// `what` is a sentence of its own.
    static Refused plainly(String what, String remedy) {
        return new Refused(Telling.WITHOUT_VALUE, what, remedy);
    }

    static Refused alreadyTold() {
        return new Refused(Telling.ALREADY_TOLD, "", "");
    }

    Telling telling() {
        return telling;
    }

    String what() {
        return what;
    }

    String remedy() {
        return remedy;
    }
}
