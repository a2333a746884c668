using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Server.Transport.Peeking;
using Mesh.Testing;

namespace Mesh.Server.Tests.Transport;

/// <summary>The peek of a ClientHello: right on real ones, and unimpressed by everything else.</summary>
public sealed class ClientHelloReaderTests
{
    private static FsCheck.Config Seeded { get; } = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(FuzzRuns.Or(2_000)).WithReplay(20260, 7);

    [Fact]
    public async Task Read_OfARealHello_FindsNameAndProtocols()
    {
        var hello = await HelloSamples.CaptureAsync("reviews.default.svc.cluster.local", "h2", "istio");

        Assert.Equal(HelloOutcome.Complete, ClientHelloReader.Read(hello, out _, out var read));
        Assert.Equal(("reviews.default.svc.cluster.local", true, "istio"), (read.ServerName, read.OffersHttp, read.MeshProtocol?.ToString()));
    }

    [Theory]
    [InlineData(new[] { "h2" }, true, null)]
    [InlineData(new[] { "istio" }, false, "istio")]
    [InlineData(new[] { "istio-peer-exchange", "istio" }, false, "istio-peer-exchange")]
    [InlineData(new[] { "istio-http/1.1", "http/1.1" }, true, "istio-http/1.1")]
    [InlineData(new[] { "istiO" }, false, null)]
    [InlineData(new[] { "xistio", "ist" }, false, null)]
    [InlineData(new string[0], false, null)]
    public void Read_OfProtocols_TellsTheMeshsFromTheOthers(string[] protocols, bool offersHttp, string? mesh)
    {
        Assert.Equal(HelloOutcome.Complete, ClientHelloReader.Read(HelloSamples.Create(null, protocols), out _, out var hello));
        Assert.Equal((null, offersHttp, mesh), (hello.ServerName, hello.OffersHttp, hello.MeshProtocol?.ToString()));
    }

    [Fact]
    public void Read_OfAHelloWithoutExtensions_IsComplete()
    {
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0, 47, 1, 0];

        Assert.Equal(HelloOutcome.Complete, ClientHelloReader.Read(HelloSamples.Wrap(body), out _, out var hello));
        Assert.Equal(default, hello);
    }

    public static TheoryData<string, byte[]> Malformed { get; } = new()
    {
        { "another message", [22, 3, 1, 0, 4, 2, 0, 0, 0] },
        { "another version", [22, 2, 0] },
        { "an empty record", [22, 3, 1, 0, 0] },
        { "a record that is too long", [22, 3, 1, 0xff, 0xff] },
        { "a message that is too long", [22, 3, 1, 0, 4, 1, 1, 0, 0] },
        { "an empty message", [22, 3, 1, 0, 4, 1, 0, 0, 0] },
        { "a session id that is too long", HelloSamples.Wrap([3, 3, .. new byte[32], 33, .. new byte[33], 0, 2, 0, 47, 1, 0]) },
        { "half a cipher suite", HelloSamples.Wrap([3, 3, .. new byte[32], 0, 0, 3, 0, 47, 0, 1, 0]) },
        { "no compression", HelloSamples.Wrap([3, 3, .. new byte[32], 0, 0, 2, 0, 47, 0]) },
        { "bytes behind the extensions", HelloSamples.Wrap([3, 3, .. new byte[32], 0, 0, 2, 0, 47, 1, 0, 0, 0, 9]) },
        { "two server names", HelloSamples.Wrap([3, 3, .. new byte[32], 0, 0, 2, 0, 47, 1, 0, 0, 20, 0, 0, 0, 6, 0, 4, 0, 0, 1, 97, 0, 0, 0, 6, 0, 4, 0, 0, 1, 98]) },
        { "an empty protocol", HelloSamples.Wrap([3, 3, .. new byte[32], 0, 0, 2, 0, 47, 1, 0, 0, 7, 0, 16, 0, 3, 0, 1, 0]) },
        { "a server name with a line break", HelloSamples.Create("a\nb") },
        { "an empty server name", HelloSamples.Create("") },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Read_OfWhatBreaksTheRules_IsMalformed(string what, byte[] bytes) =>
        Assert.True(ClientHelloReader.Read(bytes, out _, out _) is HelloOutcome.Malformed, what);

    [Fact]
    public void Read_OfTinyRecordsWithoutEnd_IsMalformedAtTheLimit()
    {
        // One byte a record: the message would be complete only after far more bytes than anybody sends.
        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0, 47, 1, 0, 0x2f, 0, 0x2e, 0xfc, 0, 1, .. new byte[0x2efc]];
        var flood = HelloSamples.Fragment(HelloSamples.Wrap(body), Enumerable.Repeat(1, 20_000));

        Assert.Equal(HelloOutcome.Malformed, ClientHelloReader.Read(flood, out _, out _));
    }

    [Fact]
    public void Read_OfEveryPrefix_AsksForMore()
    {
        var hello = HelloSamples.Create("reviews", "h2", "istio");
        for (var length = 0; length < hello.Length; length++)
        {
            Assert.Equal(HelloOutcome.Incomplete, ClientHelloReader.Read(hello.AsSpan(0, length), out var needed, out _));
            Assert.InRange(needed, length + 1, hello.Length);
        }
    }

    [Fact]
    public void Read_HoweverItIsFragmented_SaysTheSame() => Check.One(Seeded, Prop.ForAll<byte[], byte[], bool>((fragments, segments, isCut) =>
    {
        var bytes = HelloSamples.Fragment(HelloSamples.Create("reviews", "h2", "istio"), fragments.Select(length => length % 24));
        var received = isCut ? bytes[..^1] : bytes;
        var outcome = ClientHelloReader.Read(HelloSamples.Segment(received, segments.Select(length => (int)length)), out var needed, out var hello);
        return isCut
            ? outcome is HelloOutcome.Incomplete && needed == bytes.Length
            : outcome is HelloOutcome.Complete && hello is { ServerName: "reviews", OffersHttp: true, MeshProtocol: not null };
    }));

    [Fact]
    public void Read_OfMutatedHellos_NeverThrowsAndNeverShowsWhatCannotBePrinted() => Check.One(Seeded, Prop.ForAll<(ushort At, byte Value)[], ushort, byte[]>((changes, cut, fragments) =>
    {
        var bytes = HelloSamples.Fragment(HelloSamples.Create("reviews.default.svc.cluster.local", "h2", "http/1.1", "istio"), fragments.Select(length => length % 64));
        foreach (var (at, value) in changes)
        {
            bytes[at % bytes.Length] = value;
        }

        bytes = bytes[..(bytes.Length - (cut % 4 == 0 ? cut % bytes.Length : 0))];
        var outcome = ClientHelloReader.Read(bytes, out var needed, out var hello);
        return outcome switch
        {
            HelloOutcome.Incomplete => needed > bytes.Length,
            HelloOutcome.Complete => hello.ServerName?.All(character => character is > ' ' and < '\x7f') != false,
            _ => hello.ServerName is null || outcome is HelloOutcome.Malformed,
        };
    }));

    [Fact]
    public void Read_OfAnyBytes_NeverThrowsAndDoesNotCareForWhatFollows() => Check.One(Seeded, Prop.ForAll<byte[], byte[]>((bytes, tail) =>
    {
        byte[] received = [22, 3, 1, 0, (byte)bytes.Length, .. bytes];
        var outcome = ClientHelloReader.Read(received, out _, out var hello);
        var followed = ClientHelloReader.Read((byte[])[.. received, .. tail], out _, out var same);
        return outcome is HelloOutcome.Incomplete || (outcome == followed && hello == same);
    }));

    [Fact]
    public void Read_OfASequence_ReadsNoMoreThanTheLimit()
    {
        var huge = new ReadOnlySequence<byte>(new byte[1]);
        Assert.Equal(HelloOutcome.Malformed, ClientHelloReader.Read(huge, out _, out _));
    }
}
