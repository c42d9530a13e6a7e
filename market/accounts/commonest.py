"""The passwords that anyone would guess first, as far as they are long enough to be chosen here.

Put together by hand from what is known to lead such lists, worldwide and in China: keyboard
walks, runs of digits, "I love you" in digits, and words of this site. Platform default.
"""

from typing import Final

_LINES: Final = """
0123456789 0987654321 1111122222 1122334455 11223344556677 1122334455667788 1234512345
1234567890a 1234567890q 123456789a 123456789abc 123456789q 1234qwer1234 123qweasdzxc 1472583690
147258369a 1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3e 1qaz2wsx3edc 1qaz2wsx3edc4rfv
1qazxsw23edc 2wsx3edc4rfv 3.1415926535 3141592653 3141592654 5201314520 521521521521 741852963a
7758521521 789456123a 9876543210 a123456789 a1234567890 a1b2c3d4e5 a1s2d3f4g5 aa12345678
aa123456789 abc1234567 abc123456789 abcd123456 abcd1234567 abcd12345678 abcdefghij admin12345
admin123456 admin1234567890 administrator asd123456789 asdf123456 asdfghjkl1 asdfghjkl123
asdfghjkl; changeme123 chen123456 china123456 football123 helloworld iloveyou12 iloveyou123
iloveyou1314 letmein123 li123456789 mima123456 p@ssw0rd123 p@ssword123 passw0rd123 password00
password01 password12 password123 password1234 password12345 password123456 q123456789
q1w2e3r4t5 q1w2e3r4t5y6 qaz123456789 qazwsxedc1 qazwsxedc123 qazwsxedcrfv qq123456789 qqww123456
qwe123456789 qweasdzxc1 qweasdzxc123 qwer123456 qwer12345678 qwerty1234 qwerty12345 qwerty123456
qwertyuiop qwertyuiop123 root123456 sunshine123 superman123 system123456 test123456 test12345678
user123456 w123456789 wang123456 welcome123 welcome1234 wo123456789 woaini1314 woaini1314520
woaini5201314 woaini520520 woaiwojia123 z123456789 zhang123456 zhongguo123 zhongjie123
zhongjie123456 zhongjiechaoshi zjcs123456 zjcs12345678 zq123456789 zxc123456789 zxcvbnm123
zxcvbnm1234 zxcvbnm123456
"""

COMMONEST: Final = frozenset(_LINES.split())
