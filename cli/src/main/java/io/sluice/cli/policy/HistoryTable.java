package io.sluice.cli.policy;

import io.sluice.cli.output.Table;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.ReturnLimit;
import io.sluice.policies.evaluate.HistoryEntry;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.VerifiedBundle;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What stands in {@code policy.bundles}, for people and for programs. */
public final class HistoryTable {
    private static final int SHORT_DIGEST = 12;

    private HistoryTable() {}

    /** A row for each activation. */
    public static String text(List<HistoryEntry> history) {
        Table table = new Table(
                "activation", "revision", "bundle", "issued", "by", "approved by", "valid from", "until", "state");
        for (HistoryEntry entry : history) {
            var activation = entry.signed().activation();
            VerifiedBundle bundle = entry.bundle();
            table.row(
                    activation.number(),
                    activation.revision() + beside(activation),
                    activation.bundle().substring(0, SHORT_DIGEST),
                    activation.issued(),
                    entry.signed().officer(),
                    entry.approvedBy().isEmpty() ? "-" : String.join(", ", entry.approvedBy()),
                    bundle == null ? "-" : bundle.metadata().notBefore(),
                    bundle == null ? "-" : bundle.metadata().expires(),
                    state(entry));
        }
        return table.toString();
    }

    private static String beside(Activation activation) {
        return activation
                        .canary()
                        .map(canary -> ", canary " + canary.candidate().revision() + " for "
                                + percent(canary.shareBasisPoints()) + back(canary.returnAt()))
                        .orElse("")
                + activation
                        .returned()
                        .map(canary -> ", canary " + canary.revision() + " returned")
                        .orElse("")
                + activation
                        .shadow()
                        .map(shadow -> ", shadow " + shadow.revision())
                        .orElse("")
                + (activation.isFloor() ? ", floor" : "");
    }

    private static String back(@Nullable ReturnLimit limit) {
        return limit == null
                ? ""
                : " (back at +" + percent(limit.excessBasisPoints()) + " after " + limit.records() + ")";
    }

    private static String percent(int basisPoints) {
        return BigDecimal.valueOf(basisPoints, 2).stripTrailingZeros().toPlainString() + "%";
    }

    /** As an object of {@code -o json}. */
    public static Map<String, Object> json(HistoryEntry entry) {
        var activation = entry.signed().activation();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("activation", activation.number());
        json.put("revision", activation.revision());
        json.put("bundle", activation.bundle());
        activation.canary().ifPresent(canary -> {
            json.put("canary", json(canary.candidate()));
            json.put("canaryShareBasisPoints", canary.shareBasisPoints());
            ReturnLimit limit = canary.returnAt();
            if (limit != null) {
                json.put("canaryReturnExcessBasisPoints", limit.excessBasisPoints());
                json.put("canaryReturnAfterRecords", limit.records());
            }
        });
        activation.returned().ifPresent(canary -> json.put("canaryReturned", json(canary)));
        activation.shadow().ifPresent(shadow -> json.put("shadow", json(shadow)));
        if (activation.isFloor()) {
            json.put("floor", true);
        }
        json.put("issued", activation.issued().toString());
        json.put("officer", entry.signed().officer());
        json.put("approvedBy", entry.approvedBy());
        VerifiedBundle bundle = entry.bundle();
        if (bundle != null) {
            json.put("notBefore", bundle.metadata().notBefore().toString());
            json.put("expires", bundle.metadata().expires().toString());
        }
        json.put("state", word(entry));
        BundleRefusedException refusal = entry.refusal();
        if (refusal != null) {
            json.put("code", refusal.code().code());
            json.put("reason", refusal.getMessage());
        }
        return json;
    }

    private static Map<String, Object> json(Candidate named) {
        return new TreeMap<>(Map.of("revision", named.revision(), "bundle", named.bundle()));
    }

    private static String state(HistoryEntry entry) {
        BundleRefusedException refusal = entry.refusal();
        return refusal == null
                ? word(entry)
                : word(entry) + ": " + refusal.code().code() + ", " + refusal.getMessage();
    }

    private static String word(HistoryEntry entry) {
        return entry.state().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
