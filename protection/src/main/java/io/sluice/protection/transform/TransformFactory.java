package io.sluice.protection.transform;

import io.sluice.core.decision.FieldRule;
import io.sluice.core.decision.ProtectionPlan;
import io.sluice.core.encoding.Names;
import io.sluice.core.rulebook.Dataset;
import io.sluice.core.rulebook.TransformKind;
import io.sluice.protection.keys.KeyAccessException;
import io.sluice.protection.keys.KeyId;
import io.sluice.protection.keys.KeyRing;
import io.sluice.protection.keys.RingKey;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Makes the transforms of one plan from its rules. What it does not know it refuses. */
final class TransformFactory {
    /** Names of token keys start with it. */
    static final String TOKEN_KEY_PREFIX = "token.";

    /** One cipher serves all rules of a suite and key. */
    private record CipherOf(Sf1Suite suite, KeyId key) {}

    private final ProtectionPlan plan;
    private final String tenant;
    private final KeyRing ring;
    private final boolean fpe;
    private final boolean fhir;
    private final Map<CipherOf, Sf1Cipher> ciphers = new HashMap<>();

    /** @param fpe whether the deployment has switched {@code tokenise-fpe} on */
    TransformFactory(ProtectionPlan plan, String tenant, KeyRing ring, boolean fpe) {
        this.fpe = fpe;
        this.plan = plan;
        this.tenant = tenant;
        this.ring = ring;
        this.fhir = plan.format() == Dataset.Format.FHIR;
    }

    Transform create(FieldRule rule) throws PlanRefusedException {
        Params params = new Params(rule);
        TransformKind kind = rule.transform().kind();
        Transform made =
                switch (kind) {
                    case KEEP -> new PlainTransforms.Keep();
                    case DROP -> new PlainTransforms.Drop();
                    case REDACT -> new PlainTransforms.Redact(params.text("text", "[redacted]"));
                    case MASK -> rule.transform().looksInside() ? new MaskIdentifiers(fhir) : mask(params);
                    case GENERALISE -> generalise(rule, params);
                    case DATE_SHIFT -> dateShift(params);
                    case TOKENISE_FPE -> tokeniseFpe(params);
                    case TOKENISE -> tokenise(params);
                    case ENCRYPT_DETERMINISTIC -> encryptDeterministic(params);
                    case ENCRYPT -> encrypt(params);
                    case PSEUDONYMISE -> new Pseudonymise(domain(params), fhir);
                };
        params.requireNoneLeft();
        return made;
    }

    private static Transform mask(Params params) throws PlanRefusedException {
        String mask = params.text("char", "*");
        if (mask.codePointCount(0, mask.length()) != 1) {
            throw params.refused("parameter char must be one character");
        }
        return new Mask(
                params.integer("keep-first", 0, 0, 1_000),
                params.integer("keep-last", 0, 0, 1_000),
                mask.codePointAt(0));
    }

    private Transform generalise(FieldRule rule, Params params) throws PlanRefusedException {
        String variant = rule.transform().variant();
        return switch (variant == null ? "" : variant) {
            case "year" -> new DateTransforms.Coarsen(false);
            case "month" -> new DateTransforms.Coarsen(true);
            case "age90" -> new DateTransforms.Age90(fhir);
            case "zip3" -> zip3(params);
            case "bucket" ->
                new NumberTransforms.Bucket(BigDecimal.valueOf(params.integer("size", 10, 1, 1_000_000_000)));
            case "geo" -> new NumberTransforms.Geo(params.integer("decimals", 1, 0, 6));
            case "ip-prefix" -> new IpPrefix(params.integer("v4", 24, 0, 32), params.integer("v6", 48, 0, 128));
            case "email-domain" -> new EmailDomain();
            default -> throw params.refused("no such variant");
        };
    }

    private static Transform zip3(Params params) throws PlanRefusedException {
        Set<String> restricted = params.texts("restricted");
        params.ignore("vintage");
        if (!restricted.stream().allMatch(prefix -> prefix.matches("[0-9]{3}"))) {
            throw params.refused("restricted must list prefixes of three digits");
        }
        return new Zip3(restricted);
    }

    private Transform tokenise(Params params) throws PlanRefusedException {
        String domain = domain(params);
        String canonical = params.text("canonical", "text");
        for (Canonicaliser canonicaliser : Canonicaliser.values()) {
            if (canonicaliser.name().toLowerCase(Locale.ROOT).equals(canonical)) {
                return new Tokenise(tenant, domain, canonicaliser, key(TOKEN_KEY_PREFIX, domain, params));
            }
        }
        throw params.refused("parameter canonical must be text, exact, email, digits or phone");
    }

    private Transform dateShift(Params params) throws PlanRefusedException {
        String domain = domain(params);
        return new DateShift(
                tenant, domain, params.integer("days", 365, 1, 3_650), key(DateShift.KEY_PREFIX, domain, params));
    }

    private Transform tokeniseFpe(Params params) throws PlanRefusedException {
        if (!fpe) {
            throw params.refused("switched off: protection.fpe.enabled is not set");
        }
        FpeRule rule = FpeRule.of(params);
        return new TokeniseFpe(tenant, rule.domain(), rule.form(), key(rule.key(), params));
    }

    private RingKey key(String prefix, String domain, Params params) throws PlanRefusedException {
        return key(NamedKey.of(prefix, domain, params), params);
    }

    private RingKey key(NamedKey named, Params params) throws PlanRefusedException {
        try {
            return ring.version(named.name(), named.version(), named.held());
        } catch (KeyAccessException e) {
            throw params.refused("its key cannot be had: " + e.getMessage());
        }
    }

    private Transform encrypt(Params params) throws PlanRefusedException {
        String bind = params.text("bind", "record");
        Sf1.Binding binding =
                switch (bind) {
                    case "record" -> Sf1.Binding.RECORD;
                    case "subject" -> Sf1.Binding.SUBJECT;
                    case "dataset" -> Sf1.Binding.DATASET;
                    default -> throw params.refused("parameter bind must be record, subject or dataset");
                };
        String key = params.text("key", "ring");
        if (key.equals("subject")) {
            if (binding == Sf1.Binding.DATASET) {
                throw params.refused("bind must be record or subject where the subject has the key");
            }
            Sf1.Form form = new Sf1.Form(SubjectFieldKey.SUITE, binding, params.flag("pad"));
            return new Encrypt(form, null, tenant, plan.dataset(), plan.purpose());
        }
        if (!key.equals("ring")) {
            throw params.refused("parameter key must be subject");
        }
        Sf1Suite suite = params.flag("commit") ? Sf1Suite.XAES_KC : Sf1Suite.XAES;
        return encrypt(suite, binding, ring.getOrCreate(suite.keyPrefix + domain(params)), params);
    }

    private Transform encryptDeterministic(Params params) throws PlanRefusedException {
        String bind = params.text("bind", "dataset");
        Sf1.Binding binding =
                switch (bind) {
                    case "subject" -> Sf1.Binding.SUBJECT;
                    case "dataset" -> Sf1.Binding.DATASET;
                    default -> throw params.refused("parameter bind must be subject or dataset");
                };
        return encrypt(Sf1Suite.SIV, binding, key(Sf1Suite.SIV.keyPrefix, domain(params), params), params);
    }

    private Transform encrypt(Sf1Suite suite, Sf1.Binding binding, RingKey key, Params params)
            throws PlanRefusedException {
        Sf1Cipher cipher = ciphers.computeIfAbsent(new CipherOf(suite, key.id()), of -> suite.cipher(key.secret()));
        Sf1.Form form = new Sf1.Form(suite, binding, params.flag("pad"));
        return new Encrypt(form, new Encrypt.DomainKey(key.id(), cipher), tenant, plan.dataset(), plan.purpose());
    }

    private static String domain(Params params) throws PlanRefusedException {
        String domain = params.required("domain");
        if (!Names.isId(domain)) {
            throw params.refused("parameter domain must be lower-case letters, digits and single hyphens");
        }
        return domain;
    }
}
