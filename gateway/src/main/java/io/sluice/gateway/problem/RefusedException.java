package io.sluice.gateway.problem;

/**
 * A stage refuses the request: the stages after it do not run. An exception and not a value, because it ends the whole
 * run from any depth; it carries no stack trace, so that refusing costs no more than accepting.
 */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /** @param problem what the caller is told */
    public RefusedException(Problem problem) {
        super(problem.code().code(), null, false, false);
        this.problem = problem;
    }

    /** Refuses with a sentence. */
    public static RefusedException of(ProblemCode code, String detail) {
        return new RefusedException(Problem.of(code, detail));
    }

    /** What the caller is told. */
    public Problem problem() {
        return problem;
    }

    /** The problem's code. */
    public ProblemCode code() {
        return problem.code();
    }
}
