// Verifies a log folder of Sluice with nothing but Go's own sumdb packages, which the test copies from the Go
// distribution into ./note and ./tlog. It shares no code with Sluice: what it accepts, strangers accept.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sluice.example/verify/note"
	"sluice.example/verify/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if os.IsNotExist(err) && tile.W < 256 {
			full := tile
			full.W = 256
			path = "tile/" + strings.TrimPrefix(full.Path(), "tile/8/")
			data, err = os.ReadFile(filepath.Join(string(f), path))
			if err == nil {
				data = data[:32*tile.W]
			}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func check(err error, what string) {
	if err != nil {
		fmt.Println("FAILED", what, err)
		os.Exit(1)
	}
}

func main() {
	dir := os.Args[1]
	vkey, err := os.ReadFile(filepath.Join(dir, "log.vkey"))
	check(err, "log.vkey")
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(vkey), "\n"))
	check(err, "NewVerifier")
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	check(err, "checkpoint")
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err, "note.Open")
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		check(fmt.Errorf("%d lines", len(lines)), "checkpoint text")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "size")
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err, "root")
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	reader := tlog.TileHashReader(tree, folder(dir))

	computed, err := tlog.TreeHash(size, reader)
	check(err, "TreeHash")
	if computed != tree.Hash {
		check(fmt.Errorf("root differs"), "TreeHash")
	}
	proofs := 0
	for index := int64(0); index < size; {
		for _, entry := range bundle(dir, index/256, size) {
			if index%97 == 0 || index == size-1 {
				proof, err := tlog.ProveRecord(size, index, reader)
				check(err, "ProveRecord")
				check(tlog.CheckRecord(proof, size, tree.Hash, index, tlog.RecordHash(entry)), "CheckRecord")
				proofs++
			}
			hash, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
			check(err, "ReadHashes")
			if hash[0] != tlog.RecordHash(entry) {
				check(fmt.Errorf("entry %d", index), "RecordHash")
			}
			index++
		}
	}
	for old := int64(1); old <= size; old += 1 + size/23 {
		oldRoot, err := tlog.TreeHash(old, reader)
		check(err, "TreeHash")
		proof, err := tlog.ProveTree(size, old, reader)
		check(err, "ProveTree")
		check(tlog.CheckTree(proof, size, tree.Hash, old, oldRoot), "CheckTree")
	}
	fmt.Println("VERIFIED", size, "entries", proofs, "proofs")
}

func bundle(dir string, number int64, size int64) [][]byte {
	width := min(size-number*256, 256)
	tile := tlog.Tile{H: 8, L: 0, N: number, W: int(width)}
	path := "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/")
	data, err := os.ReadFile(filepath.Join(dir, path))
	check(err, path)
	var entries [][]byte
	for in := bytes.NewReader(data); in.Len() > 0; {
		var length uint16
		check(binary.Read(in, binary.BigEndian, &length), path)
		entry := make([]byte, length)
		_, err := in.Read(entry)
		check(err, path)
		entries = append(entries, entry)
	}
	if int64(len(entries)) != width {
		check(fmt.Errorf("%d entries, not %d", len(entries), width), path)
	}
	return entries
}
