package io.sluice.protection.transform;

/**
 * A plan asks for what this build cannot perform: an unknown transform, variant or parameter, or too many predicates. The
 * policy check refuses such rules earlier; here it is the last line. Nothing is released under the plan. The message names
 * rule and parameter, never a value of a record.
 */
public final class PlanRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    PlanRefusedException(String message) {
        super(message);
    }
}
