package io.sluice.custodian.erase;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.core.event.SubjectRef;
import io.sluice.core.event.Tags;
import io.sluice.custodian.Destroyed;
import io.sluice.custodian.ErasureOrder;
import io.sluice.custodian.Punctured;
import io.sluice.protection.keys.DestroyReceipt;
import io.sluice.protection.keytree.TreeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** JSON forms of what the trees did, in the ledger and in certificates. Epochs are members' names or {@code epoch}. */
final class StepJson {
    private StepJson() {}

    static Map<String, Object> of(ErasureOrder order) {
        Map<String, Object> json = new TreeMap<>();
        order.throughGenerations().forEach((epoch, generation) -> json.put(Integer.toString(epoch), generation));
        return json;
    }

    static ErasureOrder order(SubjectRef subject, JsonNode json) {
        SortedMap<Integer, Integer> generations = new TreeMap<>();
        json.properties()
                .forEach(one -> generations.put(
                        Integer.valueOf(one.getKey()), one.getValue().asInt()));
        return new ErasureOrder(subject, generations);
    }

    static Map<String, Object> of(Punctured punctured) {
        Map<String, Object> json = new TreeMap<>();
        json.put("epoch", punctured.tree().epoch());
        json.put("revisionBefore", punctured.revisionBefore());
        json.put("digestBefore", punctured.digestBefore());
        json.put("revisionAfter", punctured.revisionAfter());
        json.put("digestAfter", punctured.digestAfter());
        json.put("puncturedAt", Tags.timestamp(punctured.puncturedAt()));
        json.put("liveKeysGoneAt", Tags.timestamp(punctured.liveKeysGoneAt()));
        return json;
    }

    static Punctured punctured(JsonNode json, String tenant) {
        return new Punctured(
                new TreeId(tenant, json.path("epoch").asInt()),
                json.path("revisionBefore").asLong(),
                json.path("digestBefore").asText(),
                json.path("revisionAfter").asLong(),
                json.path("digestAfter").asText(),
                Instant.parse(json.path("puncturedAt").asText()),
                Instant.parse(json.path("liveKeysGoneAt").asText()));
    }

    static Map<String, Object> of(Destroyed destroyed) {
        Map<String, Object> json = new TreeMap<>();
        json.put("epoch", destroyed.tree().epoch());
        json.put("belowRevision", destroyed.belowRevision());
        json.put("receipts", receipts(destroyed.receipts()));
        json.put("storeKeysDestroyedAt", Tags.timestamp(destroyed.storeKeysDestroyedAt()));
        return json;
    }

    static Destroyed destroyed(JsonNode json, String tenant) {
        return new Destroyed(
                new TreeId(tenant, json.path("epoch").asInt()),
                json.path("belowRevision").asLong(),
                list(
                        json.path("receipts"),
                        one -> new DestroyReceipt(
                                one.path("key").asText(),
                                one.path("id").asText(),
                                Instant.parse(one.path("effective").asText()))),
                Instant.parse(json.path("storeKeysDestroyedAt").asText()));
    }

    static List<Map<String, Object>> receipts(List<DestroyReceipt> receipts) {
        return receipts.stream()
                .map(receipt -> Map.<String, Object>of(
                        "key", receipt.keyName(), "id", receipt.id(), "effective", Tags.timestamp(receipt.effective())))
                .toList();
    }

    static <T> List<T> list(JsonNode json, Function<JsonNode, T> one) {
        List<T> list = new ArrayList<>();
        json.forEach(element -> list.add(one.apply(element)));
        return list;
    }
}
