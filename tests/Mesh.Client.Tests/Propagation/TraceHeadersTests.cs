using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Client.Propagation.Traces;

namespace Mesh.Client.Tests.Propagation;

public sealed class TraceHeadersTests
{
    private const string Trace = "80f198ee56343ba864fe8b2a57d3eff7";
    private const string Span = "e457b5a2e4d86bd1";

    [Theory]
    [InlineData("traceparent=00-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-01", Trace, true)]
    [InlineData("traceparent=00-80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-00", Trace, false)]
    [InlineData("b3=80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90", Trace, true)]
    [InlineData("b3=80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-d", Trace, true)]
    [InlineData("b3=80F198EE56343BA864FE8B2A57D3EFF7-E457B5A2E4D86BD1", Trace, false)]
    [InlineData("b3=64fe8b2a57d3eff7-e457b5a2e4d86bd1-0", "000000000000000064fe8b2a57d3eff7", false)]
    [InlineData("x-b3-traceid=80f198ee56343ba864fe8b2a57d3eff7;x-b3-spanid=e457b5a2e4d86bd1;x-b3-sampled=1", Trace, true)]
    [InlineData("x-b3-traceid=80f198ee56343ba864fe8b2a57d3eff7;x-b3-spanid=e457b5a2e4d86bd1;x-b3-flags=1", Trace, true)]
    [InlineData("x-b3-traceid=80f198ee56343ba864fe8b2a57d3eff7;x-b3-spanid=e457b5a2e4d86bd1;x-b3-sampled=0", Trace, false)]
    [InlineData("traceparent=nonsense;b3=80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1", Trace, true)]
    public void TryRead_KnownFormats_GivesThePosition(string headers, string trace, bool isSampled)
    {
        Assert.True(TraceHeaders.TryRead(Parse(headers), out var context));
        Assert.Equal((trace, Span, isSampled, true), (context.TraceId.ToHexString(), context.SpanId.ToHexString(), context.TraceFlags == ActivityTraceFlags.Recorded, context.IsRemote));
    }

    [Theory]
    [InlineData("")]
    [InlineData("b3=1")]
    [InlineData("b3=0")]
    [InlineData("b3=00000000000000000000000000000000-e457b5a2e4d86bd1-1")]
    [InlineData("b3=80f198ee56343ba864fe8b2a57d3eff7-0000000000000000-1")]
    [InlineData("b3=80f198ee56343ba864fe8b2a57d3effg-e457b5a2e4d86bd1-1")]
    [InlineData("x-b3-traceid=80f198ee56343ba864fe8b2a57d3eff7")]
    public void TryRead_NothingUsable_IsFalse(string headers) => Assert.False(TraceHeaders.TryRead(Parse(headers), out _));

    [Fact]
    public void Write_EveryFormat_PutsThePositionInPlaceOfAnother()
    {
        var headers = new Dictionary<string, string> { ["traceparent"] = "old", ["tracestate"] = "old", ["x-b3-parentspanid"] = "old" };
        var context = new ActivityContext(ActivityTraceId.CreateFromString(Trace), ActivitySpanId.CreateFromString(Span), ActivityTraceFlags.Recorded);

        TraceHeaders.Write(headers, Set, context, [TraceFormat.W3C, TraceFormat.B3, TraceFormat.B3Multi]);

        Assert.Equal(
            [
                ("b3", $"{Trace}-{Span}-1"), ("traceparent", $"00-{Trace}-{Span}-01"), ("x-b3-sampled", "1"), ("x-b3-spanid", Span), ("x-b3-traceid", Trace),
            ],
            headers.Select(pair => (pair.Key, pair.Value)).Order());
    }

    [Fact]
    public void TryRead_WhatWriteWrote_IsTheSamePosition() => Prop.ForAll(
        ArbMap.Default.ArbFor<bool>(),
        ArbMap.Default.ArbFor<TraceFormat>(),
        (isSampled, format) =>
        {
            var written = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), isSampled ? ActivityTraceFlags.Recorded : 0);
            var headers = new Dictionary<string, string>();
            TraceHeaders.Write(headers, Set, written, [format]);
            Assert.True(TraceHeaders.TryRead(headers.GetValueOrDefault, out var read));
            Assert.Equal((written.TraceId, written.SpanId, written.TraceFlags), (read.TraceId, read.SpanId, read.TraceFlags));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_AnyText_NeverThrows() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
    {
        foreach (var name in (string[])["traceparent", "b3", "x-b3-traceid", "x-b3-spanid"])
        {
            TraceHeaders.TryRead(header => header == name || name.StartsWith("x-") ? text : null, out _);
        }
    }).QuickCheckThrowOnFailure();

    private static void Set(Dictionary<string, string> headers, string name, string? value)
    {
        if (value is null)
        {
            headers.Remove(name);
        }
        else
        {
            headers[name] = value;
        }
    }

    private static Func<string, string?> Parse(string headers) =>
        headers.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]).GetValueOrDefault;
}
