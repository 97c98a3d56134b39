//! Passes numbers and the three words that JSON has.

use super::{Scanner, Step, What};

impl Scanner<'_> {
    /// Passes a number.
    pub(super) fn number(&mut self) -> Step<()> {
        self.at += usize::from(self.bytes.get(self.at) == Some(&b'-'));
        match self.bytes.get(self.at) {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.at += self.digits(),
            _ => return self.word(),
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if matches!(self.bytes.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            self.some_digits()?;
        }
        Ok(())
    }

    fn digits(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    fn some_digits(&mut self) -> Step<()> {
        match self.digits() {
            0 => Err(self.expected("a digit")),
            count => {
                self.at += count;
                Ok(())
            }
        }
    }

    /// Passes `true`, `false` or `null`.
    pub(super) fn word(&mut self) -> Step<()> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        for word in ["null", "false", "true"] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(());
            }
        }
        if ["NaN", "Infinity"].iter().any(|word| rest.starts_with(word.as_bytes())) {
            return Err(self.fault(What::NotANumber));
        }
        Err(self.expected("a value"))
    }
}
