package io.sluice.protection.transform;

import java.nio.charset.StandardCharsets;

/** The name of a member as it is looked for: its bytes in UTF-8, unescaped, and their {@link JsonTape#hash}. */
final class MemberName {
    final byte[] utf8;
    final int hash;

    private MemberName(byte[] utf8) {
        this.utf8 = utf8;
        this.hash = JsonTape.hash(utf8);
    }

    static MemberName of(String name) {
        return of(name.getBytes(StandardCharsets.UTF_8));
    }

    /** @param utf8 not to be changed */
    static MemberName of(byte[] utf8) {
        return new MemberName(utf8);
    }
}
