package io.sluice.policies.scenario;

import io.sluice.policies.load.Finding;
import org.jspecify.annotations.Nullable;

/**
 * Something in a scenario that is not as expected.
 *
 * @param step which step, from 1
 * @param what the step, in words
 * @param finding what and where
 * @param difference the field of a view that differs; null where it is something else
 */
public record Failure(
        int step, String what, Finding finding, @Nullable Difference difference) {}
