using Mesh.Protocol.Grpc.Metadata;

namespace Mesh.Protocol.Tests.Grpc;

/// <summary>The texts of gRPC metadata.</summary>
public sealed class MetadataTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text ~", "plain text ~")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb", "a%0Ab")]
    [InlineData("ü", "%C3%BC")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void PercentEncoding_Text_RoundTrips(string text, string encoded)
    {
        Assert.Equal(encoded, PercentEncoding.Encode(text));
        Assert.Equal(text, PercentEncoding.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%c3%bc", "ü")]
    [InlineData("50% off", "50% off")]
    public void PercentEncoding_InvalidSequence_StaysAsItIs(string encoded, string text) =>
        Assert.Equal(text, PercentEncoding.Decode(encoded));

    [Fact]
    public void PercentEncoding_LongText_IsCutBetweenCharacters()
    {
        var encoded = PercentEncoding.Encode(new string('ü', 10_000));

        Assert.InRange(encoded.Length, PercentEncoding.MaxEncodedLength - 6, PercentEncoding.MaxEncodedLength);
        Assert.Equal(new string('ü', encoded.Length / 6), PercentEncoding.Decode(encoded));
    }

    [Theory]
    [InlineData(0, "0n")]
    [InlineData(1, "100n")]
    [InlineData(10_000, "1000000n")]
    [InlineData(10_000_000, "1000000u")]
    [InlineData(10_000_000L * 3600, "3600000m")]
    [InlineData(long.MaxValue, "99999999H")]
    [InlineData(-5, "0n")]
    public void TimeoutText_Encode_UsesTheFinestUnitOfEightDigits(long ticks, string text)
    {
        Assert.Equal(text, TimeoutText.Encode(TimeSpan.FromTicks(ticks)));
    }

    [Theory]
    [InlineData("1n", 1)]
    [InlineData("1u", 10)]
    [InlineData("250m", 2_500_000)]
    [InlineData("3S", 30_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("1H", 36_000_000_000)]
    [InlineData("99999999H", 2_147_483_647L * 10_000)]
    public void TimeoutText_TryParse_Valid(string text, long ticks)
    {
        Assert.True(TimeoutText.TryParse(text, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("5")]
    [InlineData("5s")]
    [InlineData("-5S")]
    [InlineData(" 5S")]
    [InlineData("123456789S")]
    public void TimeoutText_TryParse_Malformed_False(string text) => Assert.False(TimeoutText.TryParse(text, out _));

    [Theory]
    [InlineData("AAH+/w==", true)]
    [InlineData("AAH+/w", true)]
    [InlineData("A", false)]
    [InlineData("@@@@", false)]
    public void BinaryMetadata_TryDecode_TakesBothPaddings(string text, bool valid)
    {
        Assert.Equal(valid, BinaryMetadata.TryDecode(text, out var value));
        Assert.Equal(valid ? [0, 1, 254, 255] : [], value);
    }

    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("Application/GRPC; charset=utf-8", true)]
    [InlineData("application/grpc+json", false)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/json", false)]
    [InlineData(null, false)]
    public void IsGrpcProto_ContentType_AsSpecified(string? contentType, bool expected) =>
        Assert.Equal(expected, MetadataNames.IsGrpcProto(contentType));
}
