using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Protocol.Envoy.Filters.Http.Fault;
using Mesh.Protocol.Envoy.Route;
using FaultAbort = Mesh.Client.Model.FaultAbort;
using WireAbort = Mesh.Protocol.Envoy.Filters.Http.Fault.FaultAbort;

namespace Mesh.Client.Tests.Xds.Decoders;

public sealed class FaultDecoderTests
{
    [Fact]
    public void Decode_Fields_AreCarried()
    {
        var policy = Decode("""
            { "delay": { "fixedDelay": "7s", "percentage": { "numerator": 1, "denominator": "MILLION" } },
              "abort": { "grpcStatus": 14, "percentage": { "numerator": 50 } },
              "upstreamCluster": "c", "downstreamNodes": ["n"], "maxActiveFaults": 3,
              "headers": [ { "name": "end-user", "stringMatch": { "exact": "jason" } } ] }
            """, out var errors);

        Assert.Empty(errors);
        Assert.Equal(new FaultDelay(TimeSpan.FromSeconds(7), new FaultShare(1, 1_000_000)), policy.Delay);
        Assert.Equal(new FaultAbort(null, 14, new FaultShare(50, 100)), policy.Abort);
        Assert.Equal(("c", "n", 3u, "end-user"), (policy.UpstreamCluster, policy.DownstreamNodes.Single(), policy.MaxActiveFaults, policy.Headers.Single().Name));
    }

    [Fact]
    public void Decode_LeftToTheRequest_HasNoValuesOfItsOwn()
    {
        var policy = Decode("""
            { "delay": { "headerDelay": {}, "percentage": { "numerator": 1, "denominator": "TEN_THOUSAND" } }, "abort": { "headerAbort": {} } }
            """, out _);

        Assert.Equal(new FaultDelay(null, new FaultShare(1, 10_000)), policy.Delay);
        Assert.Equal(new FaultAbort(null, null, new FaultShare(0, 100)), policy.Abort);
    }

    [Theory]
    [InlineData("""{ "abort": { "httpStatus": 199 } }""", "abort: http_status: expected 200 to 599, got 199")]
    [InlineData("""{ "abort": { "httpStatus": 600 } }""", "abort: http_status: expected 200 to 599, got 600")]
    [InlineData("""{ "abort": { "grpcStatus": 17 } }""", "abort: grpc_status: expected 0 to 16, got 17")]
    [InlineData("""{ "delay": { "fixedDelay": "-1s" } }""", "delay.fixed_delay: expected a duration of at least 0")]
    [InlineData("""{ "headers": [ { "name": "" } ] }""", "headers[0]: ")]
    public void Decode_WhatCannotBeDone_IsRefused(string fault, string reason)
    {
        Decode(fault, out var errors);

        Assert.StartsWith(reason, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_Overrides_KnowDisabledFromAbsent()
    {
        var abort = new HTTPFault { Abort = new WireAbort { HttpStatus = 500 } };
        var errors = new DecodeErrors();

        Assert.Null(Override([]));
        Assert.Equal(500, Override(new() { ["f"] = Any.Pack(abort) })!.Abort!.HttpStatus);
        Assert.Equal(500, Override(new() { ["f"] = Any.Pack(new FilterConfig { Config = Any.Pack(abort) }) })!.Abort!.HttpStatus);
        Assert.True(Override(new() { ["f"] = Any.Pack(new FilterConfig { Config = Any.Pack(abort), Disabled = true }) })!.IsEmpty);
        Assert.True(Override(new() { ["envoy.filters.http.fault"] = Any.Pack(new FilterConfig { Disabled = true }) })!.IsEmpty);
        Assert.False(errors.Any);

        FaultPolicy? Override(Dictionary<string, Any> overrides) => FilterOverrideDecoder.Decode(overrides, errors);
    }

    private static FaultPolicy Decode(string fault, out IReadOnlyList<string> errors)
    {
        var collected = new DecodeErrors();
        var policy = FaultDecoder.Decode(JsonParser.Default.Parse<HTTPFault>(fault), collected);
        errors = collected.ToImmutable();
        return policy;
    }
}
