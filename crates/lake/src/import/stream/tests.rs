//! Tests: lines cut at their ends, endless ones passed, and packed streams.

use super::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const SMALL: usize = 100;

fn limits() -> StreamLimits {
    StreamLimits {
        piece_bytes: SMALL,
        line_bytes_max: 1_000,
        document_bytes_max: 5_000,
        ..StreamLimits::default()
    }
}

/// Gives one byte after the other, as a slow pipe would.
struct Drops<'a>(&'a [u8]);

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = into.len().min(1);
        (&mut self.0).read(&mut into[..length])
    }
}

fn chunks(text: &[u8]) -> Result<Vec<(Chunk, Vec<u8>)>, StreamError> {
    let mut stream = Chunks::new(Drops(text), limits());
    let (mut all, mut into) = (Vec::new(), Vec::new());
    loop {
        match stream.next(&mut into)? {
            Chunk::End => return Ok(all),
            chunk => all.push((chunk, into.clone())),
        }
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn lines_are_cut_at_their_ends() {
    let lines: Vec<_> = (0..200).map(|n| format!("{{\"eventName\":\"N{n}\"}}\n")).collect();
    let text = lines.concat();
    for bytes in [text.as_bytes().to_vec(), packed(text.as_bytes())] {
        let all = chunks(&bytes).unwrap();
        assert!(all.len() > 20);
        let mut at = 0;
        for (chunk, bytes) in &all {
            assert_eq!(*chunk, Chunk::Text { offset: at });
            assert!(bytes.ends_with(b"}\n") && bytes.len() < 2 * SMALL);
            at += bytes.len() as u64;
        }
        let whole: Vec<u8> = all.into_iter().flat_map(|(_, bytes)| bytes).collect();
        assert_eq!(whole, text.as_bytes());
    }
    assert_eq!(chunks(b"").unwrap(), []);
    assert_eq!(chunks(b"{\"a\":1}").unwrap().len(), 1);
}

#[test]
fn a_long_line_is_passed_and_the_next_ones_are_read() {
    let text = format!("{{\"a\":1}}\n{{\"b\":\"{}\"}}\n{{\"c\":3}}", "x".repeat(100_000));
    let all = chunks(text.as_bytes()).unwrap();
    assert_eq!(all[1].0, Chunk::LongLine { offset: 8, bytes: 100_009 });
    assert_eq!(all[2], (Chunk::Text { offset: 8 + 100_009 }, b"{\"c\":3}".to_vec()));
    assert_eq!(all.len(), 3);
}

#[test]
fn an_endless_line_takes_no_more_than_its_limit() {
    // A gigabyte without a newline, made up as it is read.
    let endless = io::repeat(b'[').take(1 << 30);
    let mut stream = Chunks::new(endless, limits());
    let error = stream.next(&mut Vec::new()).unwrap_err();
    assert!(matches!(error, StreamError::TooLarge { max: 5_000 }));
    assert!(stream.carry.capacity() < 20_000);

    let lines = io::Cursor::new(b"{}\n".to_vec()).chain(io::repeat(b'[').take(1 << 24));
    let mut stream = Chunks::new(lines, StreamLimits { piece_bytes: 1 << 16, ..limits() });
    let mut into = Vec::new();
    assert_eq!(stream.next(&mut into).unwrap(), Chunk::Text { offset: 0 });
    let long = Chunk::LongLine { offset: 3, bytes: 1 << 24 };
    assert_eq!(stream.next(&mut into).unwrap(), long);
    assert_eq!(stream.next(&mut into).unwrap(), Chunk::End);
    assert!(stream.carry.capacity() < 1 << 20);
}

#[test]
fn a_document_of_many_lines_comes_in_one_piece() {
    let text = format!("[\n{}\n{{}}]", "{\"eventName\":\"A\"},\n".repeat(100));
    assert_eq!(chunks(text.as_bytes()).unwrap().len(), 1);
    let large = format!("[\n{}\n{{}}]", "{\"eventName\":\"A\"},\n".repeat(1_000));
    assert!(matches!(chunks(large.as_bytes()), Err(StreamError::TooLarge { .. })));
}

#[test]
fn packed_streams_have_a_ratio_and_must_be_whole() {
    let bomb = packed(&vec![b' '; 200 << 20]);
    let mut stream = Chunks::new(bomb.as_slice(), StreamLimits::default());
    let error = stream.next(&mut Vec::new()).unwrap_err();
    let StreamError::Read { source, .. } = error else { panic!("{error}") };
    assert!(source.to_string().contains("times its own size"), "{source}");
    let whole = packed(b"{\"eventName\":\"A\"}\n{\"eventName\":\"B\"}\n");
    assert!(matches!(chunks(&whole[..whole.len() - 3]), Err(StreamError::Read { .. })));
}
