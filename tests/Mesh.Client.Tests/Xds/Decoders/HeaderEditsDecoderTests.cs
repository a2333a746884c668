using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Headers;
using Mesh.Client.Xds.Decoders.Routes;
using Mesh.Protocol.Envoy.Core;
using Wire = Mesh.Protocol.Envoy.Route;

namespace Mesh.Client.Tests.Xds.Decoders;

public sealed class HeaderEditsDecoderTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("%PROTOCOL%")]
    [InlineData("a%%b")]
    [InlineData("%REQ(a?b):10% and %RESP(c)%")]
    [InlineData("%START_TIME(%Y/%m/%dT%H:%M:%S%z %s)%")]
    [InlineData("%DOWNSTREAM_PEER_URI_SAN%")]
    [InlineData("%UPSTREAM_METADATA(a:b)%")]
    [InlineData("")]
    public void Decode_Format_IsAccepted(string format)
    {
        var errors = new DecodeErrors();

        Assert.NotNull(HeaderFormatDecoder.Decode(format, errors));
        Assert.False(errors.Any);
    }

    [Theory]
    [InlineData("%NO_SUCH_THING%", "%NO_SUCH_THING%")]
    [InlineData("%no%", "position 0")]
    [InlineData("50%", "position 2")]
    [InlineData("%REQ%", "%REQ% needs an argument")]
    [InlineData("%REQ(a%", "position 0")]
    [InlineData("%REQ(a):%", "position 0")]
    [InlineData("a\r\nb: c", "control character")]
    public void Decode_Format_IsRefusedWithItsName(string format, string reason)
    {
        var errors = new DecodeErrors();

        Assert.Null(HeaderFormatDecoder.Decode(format, errors));
        Assert.Contains(reason, Assert.Single(errors.ToImmutable()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(":path")]
    [InlineData("Host")]
    [InlineData("")]
    [InlineData("a b")]
    public void Decode_NameThatMayNotBeEdited_IsRefused(string name)
    {
        var (set, removed) = (new DecodeErrors(), new DecodeErrors());

        HeaderEditsDecoder.Decode([new HeaderValueOption { Header = new HeaderValue { Key = name, Value = "v" } }], [], "request", set);
        HeaderEditsDecoder.Decode([], [name], "response", removed);

        Assert.StartsWith("request_headers_to_add[0]: ", Assert.Single(set.ToImmutable()), StringComparison.Ordinal);
        Assert.StartsWith("response_headers_to_remove[0]: ", Assert.Single(removed.ToImmutable()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "cluster route host configuration")]
    [InlineData(true, "cluster configuration host route")]
    public void Decode_Levels_AreInEnvoysOrder(bool mostSpecificWins, string expected)
    {
        var message = new Wire.RouteConfiguration
        {
            Name = "r",
            MostSpecificHeaderMutationsWins = mostSpecificWins,
            RequestHeadersToRemove = { "configuration" },
            VirtualHosts =
            {
                new Wire.VirtualHost
                {
                    Domains = { "*" },
                    RequestHeadersToRemove = { "host-level" },
                    Routes =
                    {
                        new Wire.Route
                        {
                            Match = new Wire.RouteMatch { Prefix = "/" },
                            RequestHeadersToRemove = { "route" },
                            Route_ = new Wire.RouteAction
                            {
                                WeightedClusters = new Wire.WeightedCluster
                                {
                                    Clusters = { new Wire.WeightedCluster.Types.ClusterWeight { Name = "c", Weight = 1, RequestHeadersToRemove = { "cluster" } } },
                                },
                            },
                        },
                    },
                },
            },
        };

        var result = RouteConfigurationDecoder.Decode(message);

        var cluster = ((ForwardAction)result.Value!.VirtualHosts[0].Routes[0].Action).Clusters[0];
        Assert.Equal(expected, string.Join(' ', cluster.RequestEdits.Select(level => level.Remove.Single())).Replace("host-level", "host", StringComparison.Ordinal));
    }
}
