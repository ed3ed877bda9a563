package io.sluice.core.rulebook;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who receives views, for exactly one purpose.
 *
 * @param id recipient id, part of its topic's name
 * @param purpose purpose id
 * @param name legal name
 * @param address postal address (45 CFR 164.528(b)(2)(ii))
 * @param country ISO 3166-1 alpha-2
 * @param role controller, processor, business-associate, ...
 * @param agreement the contract, null where none is needed
 * @param transferTool DPV term of GDPR Art. 45-49, null where none is needed
 * @param subProcessors names of sub-processors
 * @param canReidentify whether it has means of re-identification
 */
public record Recipient(
        String id,
        String purpose,
        String name,
        String address,
        String country,
        String role,
        @Nullable Agreement agreement,
        @Nullable String transferTool,
        List<String> subProcessors,
        boolean canReidentify) {
    /**
     * A contract.
     *
     * @param kind dpa, baa or dua
     * @param ref its reference
     * @param until last day of validity
     */
    public record Agreement(String kind, String ref, LocalDate until) {}

    public Recipient {
        subProcessors = List.copyOf(subProcessors);
    }
}
