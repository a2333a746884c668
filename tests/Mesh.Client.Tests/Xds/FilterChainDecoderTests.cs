using Google.Protobuf;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.Client.Tests.Xds;

/// <summary>Filter chains of a client's listener, field by field.</summary>
public sealed class FilterChainDecoderTests
{
    private const string TypeUrl = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

    [Fact]
    public void Decode_DefaultChainAlone_TakesEveryConnection()
    {
        var connections = Accept(Listener($"'default_filter_chain': {Chain()}, 'address': {{'socket_address': {{'address': '10.0.0.7', 'port_value': 80}}}}"));

        Assert.Empty(connections.Routes);
        Assert.Equal("10.0.0.7", connections.Address!.ToString());
        var route = connections.Default!;
        Assert.Equal([new WeightedCluster("c", 1)], route.Clusters);
        Assert.Equal((1, TimeSpan.FromHours(1), null), (route.MaxConnectAttempts, route.IdleTimeout, route.MaxDuration));
        Assert.Equal((TimeSpan.Zero, 0d, false), (route.BackoffBase, route.MaxDurationJitter, route.HashesSourceAddress));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("name")]
    public void Decode_AddressThatIsNone_IsNone(string address) =>
        Assert.Null(Accept(Listener($"'default_filter_chain': {Chain()}, 'address': {{'socket_address': {{'address': '{address}', 'port_value': 80}}}}")).Address);

    [Fact]
    public void Decode_EveryCondition_IsRead()
    {
        var match = Match("""
            'destination_port': 443, 'prefix_ranges': [{'address_prefix': '10.1.2.3', 'prefix_len': 16}, {'address_prefix': 'fd00::1', 'prefix_len': 64}],
            'server_names': ['A.b', '*.B.c'], 'transport_protocol': 'tls', 'application_protocols': ['h2']
            """);

        Assert.Equal(443, match.Port);
        Assert.Equal(["10.1.0.0/16", "fd00::/64"], match.Prefixes.Select(prefix => prefix.ToString()));
        Assert.Equal(["a.b", "*.b.c"], match.ServerNames);
        Assert.True(match.IsTls);
        Assert.Equal(["h2"], match.ApplicationProtocols);
    }

    [Fact]
    public void Decode_RawBuffer_AsksForNoTls() => Assert.False(Match("'transport_protocol': 'raw_buffer'").IsTls);

    [Fact]
    public void Decode_EverySettingOfTheProxy_IsRead()
    {
        var route = Accept(Listener($"'default_filter_chain': {Chain("""
            'weighted_clusters': {'clusters': [{'name': 'a', 'weight': 3}, {'name': 'b', 'weight': 1}]}, 'idle_timeout': '30s', 'max_connect_attempts': 4,
            'max_downstream_connection_duration': '60s', 'max_downstream_connection_duration_jitter_percentage': {'value': 50},
            'hash_policy': [{'source_ip': {}}], 'backoff_options': {'base_interval': '0.1s'}
            """)}")).Default!;

        Assert.Equal([new WeightedCluster("a", 3), new WeightedCluster("b", 1)], route.Clusters);
        Assert.Equal((TimeSpan.FromSeconds(30), 4, TimeSpan.FromMinutes(1), 0.5), (route.IdleTimeout, route.MaxConnectAttempts, route.MaxDuration, route.MaxDurationJitter));
        Assert.Equal((TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1), true), (route.BackoffBase, route.BackoffMax, route.HashesSourceAddress));
    }

    [Fact]
    public void Decode_IdleTimeoutOfZero_IsNone() =>
        Assert.Null(Accept(Listener($"'default_filter_chain': {Chain("'cluster': 'c', 'idle_timeout': '0s'")}")).Default!.IdleTimeout);

    [Theory]
    [InlineData("'source_prefix_ranges': [{'address_prefix': '10.0.0.0', 'prefix_len': 8}]", "source_prefix_ranges")]
    [InlineData("'direct_source_prefix_ranges': [{'address_prefix': '10.0.0.0', 'prefix_len': 8}]", "direct_source_prefix_ranges")]
    [InlineData("'source_ports': [1]", "source_ports")]
    [InlineData("'source_type': 'EXTERNAL'", "source_type")]
    [InlineData("'address_suffix': '1'", "address_suffix")]
    [InlineData("'destination_port': 0", "destination_port")]
    [InlineData("'destination_port': 65536", "destination_port")]
    [InlineData("'prefix_ranges': [{'address_prefix': 'x', 'prefix_len': 8}]", "prefix_ranges[0]")]
    [InlineData("'prefix_ranges': [{'address_prefix': '10.0.0.0', 'prefix_len': 33}]", "prefix_len")]
    [InlineData("'prefix_ranges': [{'address_prefix': '10.0.0.0'}]", "prefix_len")]
    [InlineData("'server_names': ['*']", "server_names[0]")]
    [InlineData("'server_names': ['*a.b']", "server_names[0]")]
    [InlineData("'server_names': ['a.*.b']", "server_names[0]")]
    [InlineData("'server_names': ['']", "server_names[0]")]
    [InlineData("'transport_protocol': 'quic'", "transport_protocol")]
    public void Decode_BadCondition_IsRefusedWithItsPlace(string match, string place) =>
        Assert.Contains(place, Refuse(Listener($"'filter_chains': [{Chain(match: match)}]")), StringComparison.Ordinal);

    [Theory]
    [InlineData("'stat_prefix': 's'", "cluster")]
    [InlineData("'cluster': ''", "cluster")]
    [InlineData("'weighted_clusters': {}", "weighted_clusters")]
    [InlineData("'weighted_clusters': {'clusters': [{'name': 'a', 'weight': 0}]}", "clusters[0]")]
    [InlineData("'weighted_clusters': {'clusters': [{'weight': 1}]}", "clusters[0]")]
    [InlineData("'cluster': 'c', 'max_connect_attempts': 0", "max_connect_attempts")]
    [InlineData("'cluster': 'c', 'idle_timeout': '-1s'", "idle_timeout")]
    [InlineData("'cluster': 'c', 'max_downstream_connection_duration': '0s'", "max_downstream_connection_duration")]
    [InlineData("'cluster': 'c', 'max_downstream_connection_duration_jitter_percentage': {'value': 101}", "jitter")]
    [InlineData("'cluster': 'c', 'tunneling_config': {'hostname': 'h'}", "tunneling_config")]
    [InlineData("'cluster': 'c', 'metadata_match': {}", "metadata_match")]
    [InlineData("'cluster': 'c', 'hash_policy': [{'filter_state': {'key': 'k'}}]", "hash_policy")]
    [InlineData("'cluster': 'c', 'hash_policy': [{'source_ip': {}}, {'source_ip': {}}]", "hash_policy")]
    [InlineData("'cluster': 'c', 'backoff_options': {}", "backoff_options")]
    [InlineData("'cluster': 'c', 'backoff_options': {'base_interval': '2s', 'max_interval': '1s'}", "backoff_options")]
    public void Decode_BadProxy_IsRefusedWithItsPlace(string proxy, string place) =>
        Assert.Contains(place, Refuse(Listener($"'default_filter_chain': {Chain(proxy)}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("{'filters': []}", "filters")]
    [InlineData("{'filters': [{'name': 'x'}]}", "filters")]
    [InlineData("{'filters': [{'name': 'x', 'typed_config': {'@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router'}}]}", "expected envoy.extensions.filters.network.tcp_proxy")]
    public void Decode_ChainThatDoesNotEndInAProxy_IsRefused(string chain, string place) =>
        Assert.Contains(place, Refuse(Listener($"'default_filter_chain': {chain}")), StringComparison.Ordinal);

    [Fact]
    public void Decode_TwoChainsWithOneMatch_AreRefused()
    {
        var (first, second) = (Chain(match: "'server_names': ['a', 'b']"), Chain(match: "'server_names': ['B', 'c']"));

        Assert.Contains("same match", Refuse(Listener($"'filter_chains': [{first}, {second}]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_ProductOfConditionsWithoutBound_IsRefused()
    {
        var names = string.Join(',', Enumerable.Range(0, 400).Select(number => $"'n{number}.b'"));
        var prefixes = string.Join(',', Enumerable.Range(0, 400).Select(number => $"{{'address_prefix': '10.{number / 200}.{number % 200}.0', 'prefix_len': 24}}"));

        Assert.Contains("conditions", Refuse(Listener($"'filter_chains': [{Chain(match: $"'server_names': [{names}], 'prefix_ranges': [{prefixes}]")}]")), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_ApiListenerAndChains_HasBoth()
    {
        var message = Resources.Listener("l", "routes");
        message.DefaultFilterChain = Listener($"'default_filter_chain': {Chain()}").DefaultFilterChain;

        var listener = ListenerDecoder.Decode(message).Value!;

        Assert.Equal("routes", listener.RouteConfigurationName);
        Assert.NotNull(listener.Connections);
        Assert.True(listener.HasRequestRoutes);
    }

    private static ConnectionMatch Match(string match) => Assert.Single(Accept(Listener($"'filter_chains': [{Chain(match: match)}]")).Routes).Match;

    private static ConnectionRoutes Accept(Listener listener)
    {
        var result = ListenerDecoder.Decode(listener);
        Assert.Empty(result.Errors);
        Assert.False(result.Value!.HasRequestRoutes);
        return result.Value.Connections!;
    }

    private static string Refuse(Listener listener) => string.Join("; ", ListenerDecoder.Decode(listener).Errors);

    private static string Chain(string proxy = "'cluster': 'c'", string match = "") =>
        $"{{'filter_chain_match': {{{match}}}, 'filters': [{{'name': 'tcp', 'typed_config': {{'@type': '{TypeUrl}', {proxy}}}}}]}}";

    private static Listener Listener(string fields)
    {
        var registry = Google.Protobuf.Reflection.TypeRegistry.FromFiles(
            Mesh.Protocol.Envoy.Filters.Tcp.TcpProxyReflection.Descriptor,
            Mesh.Protocol.Envoy.Filters.Http.Router.RouterReflection.Descriptor);
        return new JsonParser(JsonParser.Settings.Default.WithTypeRegistry(registry)).Parse<Listener>($"{{'name': 'l', {fields}}}".Replace('\'', '"'));
    }
}
