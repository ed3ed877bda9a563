package io.sluice.gateway.answer;

import io.sluice.gateway.problem.Problem;

/**
 * Where a batch was left before its end: nothing from there on was taken.
 *
 * @param number the first event that was not taken
 * @param problem why
 */
public record Stop(int number, Problem problem) {}
