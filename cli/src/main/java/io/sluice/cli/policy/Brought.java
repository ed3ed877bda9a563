package io.sluice.cli.policy;

import io.sluice.core.encoding.Sha256;
import io.sluice.policies.approve.Approvals;
import io.sluice.policies.approve.SignedActivation;
import io.sluice.policies.evaluate.NamedBundles;
import io.sluice.policies.evaluate.PolicyKeys;
import io.sluice.policies.evaluate.PolicyRecord;
import io.sluice.policies.evaluate.PolicyStore;
import io.sluice.policies.verify.BundleRefusedException;
import io.sluice.policies.verify.BundleRefusedException.Code;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What an activation brings to {@code policy.bundles} beside itself: its bundle and the approvals, each where it does not
 * stand there yet. A record that is written again moves behind activations that need it, and fewer approvals take the place
 * of more: whoever reads the topic afresh would judge otherwise than those who read it before. Immutable.
 *
 * @param named what the activation names, as the rooms will judge it
 * @param approvals what stands over the bundle once the records are written
 * @param records to be written before the activation
 */
record Brought(NamedBundles named, Approvals approvals, List<PolicyRecord> records) {
    Brought {
        records = List.copyOf(records);
    }

    /**
     * Judges by the approvals that stand; where those do not suffice, by them and the officer's together.
     *
     * @param collected the officer's
     * @throws BundleRefusedException where the rooms would refuse it
     */
    static Brought judge(PolicyStore store, SignedActivation signed, byte[] archive, Approvals collected) {
        List<PolicyRecord> bundle = bundle(store, archive);
        String digest = Sha256.hex(archive);
        Optional<Approvals> standing = store.approvals(digest);
        if (standing.isPresent()) {
            try {
                return new Brought(store.judge(signed, archive), standing.get(), bundle);
            } catch (BundleRefusedException e) {
                if (e.code() != Code.APPROVALS) {
                    throw e;
                }
            }
        }
        Approvals all = standing.map(present -> together(present, collected)).orElse(collected);
        NamedBundles named = store.judge(signed, archive, all.toBytes());
        PolicyRecord approvals = new PolicyRecord(PolicyKeys.approvals(digest), all.toBytes());
        return new Brought(
                named, all, Stream.concat(bundle.stream(), Stream.of(approvals)).toList());
    }

    /** The record of a bundle; none where it stands in the topic. */
    static List<PolicyRecord> bundle(PolicyStore store, byte[] archive) {
        String digest = Sha256.hex(archive);
        return store.archive(digest).isPresent()
                ? List.of()
                : List.of(new PolicyRecord(PolicyKeys.bundle(digest), archive));
    }

    /** Each signature that stands stays: something may have been accepted by it. */
    private static Approvals together(Approvals standing, Approvals collected) {
        if (!collected.bundle().equals(standing.bundle())) {
            return collected; // which is refused, saying so
        }
        SortedMap<String, String> signatures = new TreeMap<>(collected.signatures());
        signatures.putAll(standing.signatures());
        return new Approvals(standing.bundle(), signatures);
    }
}
