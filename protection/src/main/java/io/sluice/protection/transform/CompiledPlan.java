package io.sluice.protection.transform;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keytree.SubjectUse;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A plan ready to be executed: its automaton and its transforms with their keys. The keys are those in force when it was
 * compiled. Confined to the thread of the {@link Protector} that made it.
 */
public final class CompiledPlan {
    final Automaton automaton;
    final Transform[] transforms;
    final TransformKind[] kinds;
    final boolean fhir;
    final boolean quarantinesUndeclared;
    /** By rule, whether it looks inside texts; null where none does. */
    private final boolean @Nullable [] looksInside;

    /** Null where the plan's views carry none. */
    final @Nullable SecurityLabels labels;

    private final ProtectionPlan plan;
    /** The rules that use keys. */
    private final int[] keyed;

    private final Set<SubjectUse> subjectUses;

    CompiledPlan(ProtectionPlan plan, String tenant, KeyRing ring, boolean fpe, MemberNames names)
            throws PlanRefusedException {
        List<FieldRule> rules = plan.fields();
        this.plan = plan;
        this.automaton = new Automaton(rules, plan.format() == Dataset.Format.FHIR, names);
        this.transforms = new Transform[rules.size()];
        this.kinds = new TransformKind[rules.size()];
        TransformFactory factory = new TransformFactory(plan, tenant, ring, fpe);
        Set<SubjectUse> uses = EnumSet.noneOf(SubjectUse.class);
        for (int i = 0; i < transforms.length; i++) {
            transforms[i] = factory.create(rules.get(i));
            kinds[i] = rules.get(i).transform().kind();
            if (kinds[i] == TransformKind.PSEUDONYMISE) {
                uses.add(SubjectUse.CODES);
            } else if (rules.get(i).transform().underSubjectKey()) {
                uses.add(SubjectUse.FIELDS);
            }
        }
        this.keyed = IntStream.range(0, transforms.length)
                .filter(rule -> transforms[rule].isKeyed())
                .toArray();
        this.subjectUses = Collections.unmodifiableSet(uses);
        this.looksInside = plan.looksInside() ? new boolean[rules.size()] : null;
        for (int i = 0; looksInside != null && i < looksInside.length; i++) {
            looksInside[i] = rules.get(i).transform().looksInside();
        }
        this.fhir = plan.format() == Dataset.Format.FHIR;
        this.quarantinesUndeclared = plan.undeclared() == Dataset.Undeclared.QUARANTINE;
        this.labels = plan.labels() ? new SecurityLabels(rules) : null;
    }

    /** The plan that this executes. */
    public ProtectionPlan plan() {
        return plan;
    }

    /** Whether some rule looks inside texts. */
    public boolean looksInside() {
        return looksInside != null;
    }

    /** What of its subject's keys a record needs to be released by this plan. */
    public Set<SubjectUse> subjectUses() {
        return subjectUses;
    }

    /** Whether that rule does. */
    boolean looksInside(int rule) {
        return looksInside != null && rule != PatternTrie.NONE && looksInside[rule];
    }

    /** Ids of the keys of the rules that were used. */
    Set<String> keysOf(int[] counts, RecordContext context) {
        if (keyed.length == 0) {
            return Set.of();
        }
        Set<String> keys = new TreeSet<>();
        for (int rule : keyed) {
            KeyId key = counts[rule] > 0 ? transforms[rule].keyId(context) : null;
            if (key != null) {
                keys.add(key.hex());
            }
        }
        return keys;
    }
}
