using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Extensions.Routing;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Tests.Xds.Decoders;

public sealed class HedgingDecoderTests
{
    [Theory]
    [InlineData(null, 2)]
    [InlineData(0u, 2)]
    [InlineData(3u, 3)]
    [InlineData(5u, 5)]
    [InlineData(uint.MaxValue, 5)]
    public void Decode_OurMetadata_HasDelayAndAttemptsWithinTheirBounds(uint? attempts, int expected)
    {
        var message = Message("{ \"cluster\": \"a\" }");
        message.VirtualHosts[0].Routes[0].Metadata = Ours(new Hedging { Delay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(50)), MaxAttempts = attempts });

        Assert.Equal(new HedgingPolicy(TimeSpan.FromMilliseconds(50), expected), Decode(message));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(-1)]
    public void Decode_OurMetadataWithoutAUsableDelay_IsRefused(int? seconds)
    {
        var message = Message("{ \"cluster\": \"a\" }");
        message.VirtualHosts[0].Routes[0].Metadata = Ours(new Hedging { Delay = seconds is { } delay ? new Duration { Seconds = delay } : null });

        Assert.Contains("delay", Assert.Single(RouteConfigurationDecoder.Decode(message).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OurMetadataOfAnotherType_IsRefused()
    {
        var message = Message("{ \"cluster\": \"a\" }");
        message.VirtualHosts[0].Routes[0].Metadata = Ours(new Duration());

        Assert.Contains("mesh.dev/hedging", Assert.Single(RouteConfigurationDecoder.Decode(message).Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"hedgeOnPerTryTimeout\": true", true)]
    [InlineData("\"hedgeOnPerTryTimeout\": false", false)]
    [InlineData("\"initialRequests\": 3", false)]
    public void Decode_EnvoysPolicy_HedgesOnTheAttemptTimeoutAlone(string policy, bool hedges) => Assert.Equal(
        hedges ? new HedgingPolicy(null, 2) : null,
        Decode(Message($"{{ \"cluster\": \"a\", \"hedgePolicy\": {{ {policy} }} }}")));

    [Fact]
    public void Decode_EnvoysPolicyOfTheHost_CountsWhereTheRouteHasNone()
    {
        var ofHost = Message("{ \"cluster\": \"a\" }");
        ofHost.VirtualHosts[0].HedgePolicy = new Wire.HedgePolicy { HedgeOnPerTryTimeout = true };
        var both = ofHost.Clone();
        both.VirtualHosts[0].Routes[0].Metadata = Ours(new Hedging { Delay = new Duration { Seconds = 1 } });

        Assert.Equal(new HedgingPolicy(null, 2), Decode(ofHost));
        Assert.Equal(new HedgingPolicy(TimeSpan.FromSeconds(1), 2), Decode(both));
    }

    private static Metadata Ours(IMessage hedging) => new() { TypedFilterMetadata = { ["mesh.dev/hedging"] = Any.Pack(hedging) } };

    private static Wire.RouteConfiguration Message(string action) => JsonParser.Default.Parse<Wire.RouteConfiguration>(
        $$"""{ "name": "r", "virtualHosts": [ { "domains": ["*"], "routes": [ { "match": { "prefix": "/" }, "route": {{action}} } ] } ] }""");

    private static HedgingPolicy? Decode(Wire.RouteConfiguration message)
    {
        var result = RouteConfigurationDecoder.Decode(message);
        Assert.Empty(result.Errors);
        return ((ForwardAction)result.Value!.VirtualHosts[0].Routes[0].Action).Hedging;
    }
}
