using Google.Protobuf;
using Mesh.ControlPlane.Serving.ClientStates;
using Mesh.Protocol.Envoy.Core;
using Mesh.Protocol.Envoy.Matcher;
using Mesh.Protocol.Grpc;

namespace Mesh.ControlPlane.Tests.Serving.ClientStates;

/// <summary>Which clients node matchers mean.</summary>
public sealed class NodeSelectionTests
{
    private static readonly Node Web = JsonParser.Default.Parse<Node>(
        """{"id": "sidecar~10.0.0.1~web-1.shop~shop.svc.cluster.local", "metadata": {"NAMESPACE": "shop", "LABELS": {"app": "web"}, "PORT": 8080, "READY": true, "IPS": ["10.0.0.1", "10.0.0.2"]}}""");

    [Theory]
    [InlineData("""{}""", true)]
    [InlineData("""{"nodeId": {"prefix": "sidecar~"}}""", true)]
    [InlineData("""{"nodeId": {"exact": "sidecar~"}}""", false)]
    [InlineData("""{"nodeId": {"contains": "WEB-1", "ignoreCase": true}}""", true)]
    [InlineData("""{"nodeId": {"safeRegex": {"regex": "sidecar~.*~web-[0-9]\\..*"}}}""", true)]
    [InlineData("""{"nodeId": {"safeRegex": {"regex": "sidecar"}}}""", false)]
    [InlineData("""{"nodeMetadatas": [{"path": [{"key": "NAMESPACE"}], "value": {"stringMatch": {"exact": "shop"}}}]}""", true)]
    [InlineData("""{"nodeMetadatas": [{"path": [{"key": "LABELS"}, {"key": "app"}], "value": {"stringMatch": {"exact": "api"}}}]}""", false)]
    [InlineData("""{"nodeMetadatas": [{"path": [{"key": "NONE"}, {"key": "deeper"}], "value": {"presentMatch": true}}]}""", false)]
    [InlineData("""{"nodeMetadatas": [{"path": [{"key": "PORT"}], "value": {"doubleMatch": {"range": {"start": 8000, "end": 8081}}}}]}""", true)]
    [InlineData("""{"nodeMetadatas": [{"path": [{"key": "READY"}], "value": {"boolMatch": true}}]}""", true)]
    [InlineData("""{"nodeMetadatas": [{"path": [{"key": "IPS"}], "value": {"listMatch": {"oneOf": {"stringMatch": {"suffix": ".2"}}}}}]}""", true)]
    [InlineData("""{"nodeId": {"prefix": "sidecar~"}, "nodeMetadatas": [{"path": [{"key": "NAMESPACE"}], "value": {"stringMatch": {"exact": "bank"}}}]}""", false)]
    public void Includes_ByOneMatcher_AsEnvoyReadsIt(string matcher, bool expected) =>
        Assert.Equal(expected, new NodeSelection([JsonParser.Default.Parse<NodeMatcher>(matcher)]).Includes(Web));

    [Fact]
    public void Includes_WithoutMatchers_EveryNode() => Assert.True(new NodeSelection([]).Includes(Web));

    [Theory]
    [InlineData("""{"nodeId": {"safeRegex": {"regex": "("}}}""")]
    [InlineData("""{"nodeId": {"safeRegex": {"regex": "(?=a)"}}}""")]
    [InlineData("""{"nodeId": {}}""")]
    [InlineData("""{"nodeMetadatas": [{"path": [{"key": "NAMESPACE"}]}]}""")]
    public void Includes_ByAnUnusableMatcher_SaysWhatIsWrong(string matcher) =>
        Assert.Equal(
            GrpcStatusCode.InvalidArgument,
            Assert.Throws<GrpcException>(() => new NodeSelection([JsonParser.Default.Parse<NodeMatcher>(matcher)]).Includes(Web)).Code);
}
