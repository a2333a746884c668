using Mesh.Config.Decoding;

namespace Mesh.Config.Tests.Decoding;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("100ms", 100)]
    [InlineData("0.5s", 500)]
    [InlineData(".5s", 500)]
    [InlineData("1.s", 1000)]
    [InlineData("1h2m3.5s", 3_723_500)]
    [InlineData("-1.5s", -1500)]
    [InlineData("+2m", 120_000)]
    [InlineData("1000000ns", 1)]
    [InlineData("1000us", 1)]
    [InlineData("1000µs", 1)]
    public void TryParse_GoSyntax_IsRead(string text, long milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration.ToTimeSpan());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData(".s")]
    [InlineData("1d")]
    [InlineData("1 s")]
    [InlineData("1s ")]
    [InlineData("1e3s")]
    [InlineData("3000000h")]
    [InlineData("99999999999999999999999999999999999999999s")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
