package io.sluice.policies.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.core.decision.AccessDecision;
import io.sluice.core.decision.AccessInput;
import io.sluice.core.decision.Activation;
import io.sluice.core.decision.AdmissionDecision;
import io.sluice.core.decision.AdmissionInput;
import io.sluice.core.decision.Canary;
import io.sluice.core.decision.Candidate;
import io.sluice.core.decision.Decision;
import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ReleaseInput;
import io.sluice.core.decision.RevealDecision;
import io.sluice.core.decision.RevealInput;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.Recipient;
import io.sluice.core.rulebook.Rulebook;
import io.sluice.core.rulebook.TransformSpec;
import io.sluice.policies.verify.VerifiedBundle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * One activation: a verified bundle that decides. Decisions are cached by input, so that a million alike records cost one
 * evaluation; a decision is a pure function of input and bundle, so that the cache cannot change one (promise P5).
 *
 * <p>Thread-safe. Evaluations block, for some 200 microseconds in process and up to a limit over REST; cached answers do not.
 */
public final class ActivePolicy {
    /** Most cached decisions of one revision. */
    public static final int MAX_CACHED = 16_384;

    private final Activation activation;
    private final VerifiedBundle bundle;
    private final PolicyEngine engine;
    private final JsonNode matrix;
    private final DecisionReader reader;
    private final SortedMap<String, DatasetGroup> groups;
    private final boolean looksInside;
    private final Cache<ReleaseInput, Decision> decisions;
    private final Cache<AdmissionInput, AdmissionDecision> admissions;
    private final LongAdder hits;
    private final LongAdder misses;

    /**
     * @param activation the number that records are stamped with
     * @param bundle the revision that it puts in force, or one beside it
     * @param engine evaluates that bundle
     */
    public ActivePolicy(Activation activation, VerifiedBundle bundle, PolicyEngine engine) {
        this.activation = requireNames(activation, bundle);
        this.bundle = bundle;
        this.engine = engine;
        this.matrix = bundle.document().path("matrix");
        this.reader = new DecisionReader(bundle.rulebook(), matrix);
        this.groups = groups(bundle.document().path("rulebook").path("datasets"));
        this.looksInside = looksInside(matrix);
        this.decisions = Caffeine.newBuilder().maximumSize(MAX_CACHED).build();
        this.admissions = Caffeine.newBuilder().maximumSize(MAX_CACHED).build();
        this.hits = new LongAdder();
        this.misses = new LongAdder();
    }

    private ActivePolicy(Activation activation, ActivePolicy same) {
        this.activation = requireNames(activation, same.bundle);
        this.bundle = same.bundle;
        this.engine = same.engine;
        this.matrix = same.matrix;
        this.reader = same.reader;
        this.groups = same.groups;
        this.looksInside = same.looksInside;
        this.decisions = same.decisions;
        this.admissions = same.admissions;
        this.hits = same.hits;
        this.misses = same.misses;
    }

    /** The same bundle under another activation that names it: engine and cached answers are shared. */
    public ActivePolicy under(Activation other) {
        return other.equals(activation) ? this : new ActivePolicy(other, this);
    }

    private static Activation requireNames(Activation activation, VerifiedBundle bundle) {
        Candidate named = new Candidate(bundle.digest(), bundle.revision());
        if (!activation.active().equals(named)
                && activation
                        .canary()
                        .map(Canary::candidate)
                        .filter(named::equals)
                        .isEmpty()
                && activation.shadow().filter(named::equals).isEmpty()) {
            throw new IllegalArgumentException("The activation is for another bundle");
        }
        return activation;
    }

    /** The activation that names it: as the active revision, as canary or as shadow. */
    public Activation activation() {
        return activation;
    }

    /** The activation's number, stamped into records. */
    public long number() {
        return activation.number();
    }

    public VerifiedBundle bundle() {
        return bundle;
    }

    public Rulebook rulebook() {
        return bundle.rulebook();
    }

    /** Whether some view of the revision looks inside texts: only then must somebody remember who its subjects are. */
    public boolean looksInside() {
        return looksInside;
    }

    /** Whether records may be stamped with it now. A stamped record keeps it, also when its time is over. */
    public boolean inForce(Instant now) {
        return bundle.metadata().inForce(now);
    }

    /** Datasets behind one address, by the group's name. */
    public Optional<DatasetGroup> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /**
     * Whether an event or a choice is accepted. Undefined is denied.
     *
     * @throws PolicyEvaluationException if the policy failed; nothing is accepted then
     * @throws PolicyUnavailableException if it could not be asked now; nothing is accepted either
     */
    public AdmissionDecision admit(AdmissionInput input) {
        AdmissionDecision cached = admissions.getIfPresent(input);
        if (cached != null) {
            hits.increment();
            return cached;
        }
        misses.increment();
        AdmissionDecision decision = engine.evaluate(Entrypoint.ADMISSION, input.canonical())
                .map(ActivePolicy::admission)
                .orElse(AdmissionDecision.DENIED);
        admissions.put(input, decision);
        return decision;
    }

    /**
     * What each recipient gets of a record.
     *
     * @throws DecisionInvalidException if the policy has no answer, or a malformed one
     * @throws PolicyEvaluationException if it failed; in both cases the record is quarantined
     * @throws PolicyUnavailableException if it could not be asked now
     */
    public Decision release(ReleaseInput input) {
        Decision cached = decisions.getIfPresent(input);
        if (cached != null) {
            hits.increment();
            return cached;
        }
        misses.increment();
        JsonNode answer = engine.evaluate(Entrypoint.TERMS, input.canonical())
                .orElseThrow(() -> new DecisionInvalidException("The policy gives no answer, which means deny"));
        Decision decision = reader.read(input.dataset(), answer);
        decisions.put(input, decision);
        return decision;
    }

    /**
     * Whether a value may be revealed, an emergency access opened or reviewed. Undefined is denied. Not cached: the questions
     * are few, and each is told apart by its day.
     *
     * @throws DecisionInvalidException if the policy's answer is malformed; nothing is revealed then
     * @throws PolicyEvaluationException if it failed
     * @throws PolicyUnavailableException if it could not be asked now
     */
    public RevealDecision reveal(RevealInput input) {
        return engine.evaluate(Entrypoint.REVEAL, input.canonical())
                .map(RevealReader::read)
                .orElse(RevealDecision.Denied.UNDEFINED);
    }

    /**
     * Whether somebody may read a part of the audit log. Undefined is denied. Not cached, as {@link #reveal} is not.
     *
     * @throws DecisionInvalidException if the policy's answer is malformed; nothing is shown then
     * @throws PolicyEvaluationException if it failed, or the bundle is older than the question and has no such entrypoint
     * @throws PolicyUnavailableException if it could not be asked now
     */
    public AccessDecision access(AccessInput input) {
        return engine.evaluate(Entrypoint.ACCESS, input.canonical())
                .map(AccessReader::read)
                .orElse(AccessDecision.Denied.UNDEFINED);
    }

    /**
     * What the views of a purpose do to the fields of patterns under this revision, whoever the recipient is.
     *
     * @param purpose the recipients' purpose
     * @param patterns patterns of the catalog
     */
    public List<FieldRule> rules(Dataset dataset, String purpose, List<String> patterns) {
        List<FieldRule> rules = new ArrayList<>();
        for (Recipient recipient : rulebook().recipients().values()) {
            JsonNode fields = matrix.path(dataset.id()).path(recipient.id()).path("fields");
            if (recipient.purpose().equals(purpose)) {
                patterns.stream()
                        .filter(fields::has)
                        .forEach(pattern -> rules.add(DecisionReader.rule(dataset, pattern, fields.path(pattern))));
            }
        }
        return rules;
    }

    /** How the cache of decisions does. */
    public CacheStatistics cache() {
        return new CacheStatistics(hits.sum(), misses.sum(), decisions.estimatedSize() + admissions.estimatedSize());
    }

    /** Allows only what says so in so many words. */
    private static AdmissionDecision admission(JsonNode answer) {
        JsonNode purpose = answer.path("purpose");
        if (answer.path("allow").isBoolean() && answer.path("allow").booleanValue()) {
            return new AdmissionDecision(true, null, purpose.isTextual() ? purpose.textValue() : null);
        }
        return new AdmissionDecision(false, answer.path("code").asText("denied"), null);
    }

    private static boolean looksInside(JsonNode matrix) {
        for (JsonNode recipients : matrix) {
            for (JsonNode row : recipients) {
                for (JsonNode rule : row.path("fields")) {
                    if (TransformSpec.parse(rule.path("transform").asText(), new TreeMap<>())
                            .filter(TransformSpec::looksInside)
                            .isPresent()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static SortedMap<String, DatasetGroup> groups(JsonNode datasets) {
        SortedMap<String, DatasetGroup> groups = new TreeMap<>();
        for (Map.Entry<String, JsonNode> dataset : datasets.properties()) {
            JsonNode group = dataset.getValue().path("group");
            if (group.isObject()) {
                String name = group.path("name").asText();
                SortedMap<String, String> members = new TreeMap<>();
                DatasetGroup known = groups.get(name);
                if (known != null) {
                    members.putAll(known.datasets());
                }
                members.put(group.path("value").asText(), dataset.getKey());
                groups.put(name, new DatasetGroup(name, group.path("at").asText(), members));
            }
        }
        return groups;
    }
}
