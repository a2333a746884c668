using Mesh.Client.Actions;

namespace Mesh.Client.Tests.Actions;

public sealed class TimeFormatTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2018, 12, 18, 3, 27, 31, TimeSpan.FromHours(2)).AddTicks(1_234_567);

    [Theory]
    [InlineData("", "2018-12-18T01:27:31.123Z")]
    [InlineData("%Y/%m/%dT%H:%M:%S%z", "2018/12/18T01:27:31+0000")]
    [InlineData("%s", "1545096451")]
    [InlineData("%s.%3f", "1545096451.123")]
    [InlineData("%s.%6f", "1545096451.123456")]
    [InlineData("%s.%9f", "1545096451.123456700")]
    [InlineData("%E3S|%E*S", "31.123|31.123456700")]
    [InlineData("%F %T %a %b %e %j %p %I", "2018-12-18 01:27:31 Tue Dec 18 352 AM 01")]
    [InlineData("%D %R %y %A %B %Z", "12/18/18 01:27 18 Tuesday December UTC")]
    [InlineData("100%% %Q %", "100% %Q %")]
    public void Format_Letters_AreStrftimes(string format, string expected) => Assert.Equal(expected, TimeFormat.Format(Time, format));
}
