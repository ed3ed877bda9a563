package io.sluice.cluster;

import io.sluice.core.cluster.Finding;
import io.sluice.core.cluster.Grant;
import io.sluice.core.cluster.Room;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Sluice's grants as Kafka's ACL bindings, and what a cluster's bindings allow beyond them. A recipient that reads its
 * own topic directly is not a room; its READ and DESCRIBE of exactly one released topic are the operator's affair.
 */
final class GrantTable {
    private static final String ANY_HOST = "*";
    private static final Set<String> PRINCIPALS =
            Arrays.stream(Room.values()).map(Room::principal).collect(Collectors.toUnmodifiableSet());

    private final String tenantPrefix;
    private final Set<AclBinding> bindings = new LinkedHashSet<>();

    GrantTable(String tenant, Collection<Grant> grants) {
        this.tenantPrefix = tenant + ".";
        for (Grant grant : grants) {
            PatternType pattern = grant.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL;
            ResourcePattern resource =
                    new ResourcePattern(ResourceType.valueOf(grant.kind().name()), grant.name(), pattern);
            for (Grant.Operation operation : grant.operations()) {
                bindings.add(new AclBinding(
                        resource,
                        new AccessControlEntry(
                                grant.room().principal(),
                                ANY_HOST,
                                AclOperation.valueOf(operation.name()),
                                AclPermissionType.ALLOW)));
            }
        }
    }

    Set<AclBinding> missing(Collection<AclBinding> actual) {
        Set<AclBinding> missing = new LinkedHashSet<>(bindings);
        missing.removeAll(actual);
        return missing;
    }

    List<Finding> compare(Collection<AclBinding> actual) {
        List<Finding> findings = new ArrayList<>();
        for (AclBinding binding : missing(actual)) {
            findings.add(new Finding(Finding.Kind.GRANT_MISSING, text(binding), "granted", "absent"));
        }
        for (AclBinding binding : actual) {
            if (!bindings.contains(binding) && concernsSluice(binding) && !isRecipients(binding)) {
                findings.add(new Finding(Finding.Kind.GRANT_UNEXPECTED, text(binding), "absent", "granted"));
            }
        }
        return findings;
    }

    /** A prefix may be shorter than the tenant's and reach its topics all the same. */
    private boolean concernsSluice(AclBinding binding) {
        ResourcePattern pattern = binding.pattern();
        String name = pattern.name();
        boolean reachesTopics = pattern.resourceType() == ResourceType.TOPIC
                && (name.startsWith(tenantPrefix)
                        || name.equals(ResourcePattern.WILDCARD_RESOURCE)
                        || (pattern.patternType() == PatternType.PREFIXED && tenantPrefix.startsWith(name)));
        return reachesTopics || PRINCIPALS.contains(binding.entry().principal());
    }

    private boolean isRecipients(AclBinding binding) {
        AclOperation operation = binding.entry().operation();
        String principal = binding.entry().principal();
        return binding.pattern().resourceType() == ResourceType.TOPIC
                && binding.pattern().patternType() == PatternType.LITERAL
                && binding.pattern().name().startsWith(tenantPrefix + "released.")
                && (operation == AclOperation.READ || operation == AclOperation.DESCRIBE)
                && !PRINCIPALS.contains(principal)
                && !principal.equals("User:*");
    }

    private static String text(AclBinding binding) {
        ResourcePattern pattern = binding.pattern();
        AccessControlEntry entry = binding.entry();
        return entry.permissionType() + " " + entry.principal() + " " + entry.operation() + " " + pattern.resourceType()
                + " " + pattern.name() + (pattern.patternType() == PatternType.PREFIXED ? "*" : "");
    }
}
