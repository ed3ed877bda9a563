package io.sluice.policies.evaluate;

/** The questions that a bundle answers. Names are paths of rules under {@code data}; they never change. */
public enum Entrypoint {
    /** Who may post what. */
    ADMISSION("sluice/admission"),
    /** What each recipient gets of a record: the whole answer of design 4.3. */
    RELEASE("sluice/release"),
    /** The same answer without the rows of the matrix, which the asker holds already: some ten times faster. */
    TERMS("sluice/terms"),
    /** Dataset x recipient x field pattern; asked once, when a bundle is built. */
    MATRIX("sluice/matrix"),
    /** Who may turn a protected value back, and who opens and reviews an emergency access. */
    REVEAL("sluice/reveal"),
    /** Who may read the audit log, and what of it. */
    ACCESS("sluice/access");

    private final String path;

    Entrypoint(String path) {
        this.path = path;
    }

    /** The path, as {@code sluice/release}. */
    public String path() {
        return path;
    }
}
