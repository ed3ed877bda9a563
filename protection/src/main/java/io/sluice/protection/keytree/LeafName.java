package io.sluice.protection.keytree;

import io.sluice.core.encoding.LengthPrefixed;
import io.sluice.core.event.SubjectRef;
import io.sluice.protection.keys.KeyId;
import java.util.List;

/**
 * The public name of a subject's key: owners and the generation of each in one epoch. Its id stands in ciphertexts.
 *
 * @param generations as many as owners, in their order
 */
record LeafName(Owners owners, List<Integer> generations) {
    /** {@code docs/specs/key-tree.md}, "Key ids". */
    KeyId id(TreeId tree) {
        if (generations.size() == 1) {
            return KeyId.of(
                    tree.tenant(),
                    "subject." + tree.epoch() + "." + owners.subjects().get(0),
                    generations.get(0));
        }
        StringBuilder name = new StringBuilder("subjects.").append(tree.epoch());
        for (int i = 0; i < generations.size(); i++) {
            name.append('.').append(owners.subjects().get(i)).append('.').append(generations.get(i));
        }
        return KeyId.of(tree.tenant(), name.toString(), 0);
    }

    /** What the part of an owner of several is bound to. */
    byte[] jointInfo() {
        LengthPrefixed info =
                new LengthPrefixed().text("sluice joint key").u8(1).u8(generations.size());
        for (int i = 0; i < generations.size(); i++) {
            SubjectRef subject = owners.subjects().get(i);
            Wire.u32(info.text(subject.value()), generations.get(i));
        }
        return info.toBytes();
    }
}
