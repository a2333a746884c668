using Google.Protobuf;
using Mesh.ControlPlane.Api.Protobuf;

namespace Mesh.ControlPlane.Tests.Api;

/// <summary>Bodies as kubectl 1.32 and newer send them.</summary>
public sealed class ProtobufTests : ApiTest
{
    [Fact]
    public async Task Create_FromProtobuf_IsTheSameAsFromJson()
    {
        var body = Envelope("v1", "ConfigMap", Message(
            (1, Message((1, Text("made")), (8, Text("")), (11, Message((1, Text("app")), (2, Text("x")))))),
            (2, Message((1, Text("key")), (2, Text("value"))))));

        var answer = (await Client.SendAsync("POST", Samples.ConfigMaps, body, "application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf,application/json", null)).Expect(201);

        Assert.Equal("made", answer.Text("metadata.name"));
        Assert.Equal("x", answer.Text("metadata.labels.app"));
        Assert.Equal("value", answer.Text("data.key"));
    }

    [Fact]
    public void Read_OfAService_UnderstandsPortsAndLeavesOutWhatIsEmpty()
    {
        var port = Message((1, Text("http")), (2, Text("TCP")), (3, 80L), (4, Message((1, 1L), (3, Text("web")))));

        var read = KubernetesProtobuf.Read(Envelope("v1", "Service", Message((1, Message((1, Text("s")), (3, Text("")))), (2, Message((1, port), (3, Text("")), (4, Text("ClusterIP")))), (3, Text("")))));

        Assert.Equal(
            """{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"ports":[{"name":"http","protocol":"TCP","port":80,"targetPort":"web"}],"type":"ClusterIP"}}""",
            read.ToJsonString());
    }

    [Fact]
    public void Read_OfADeployment_KeepsTheZeroThatWasMeantAndWhatStandsInline()
    {
        var volume = Message((1, Text("v")), (2, Message((2, Message()))));
        var limits = Message((1, Message((1, Text("cpu")), (2, Message((1, Text("100m")))))));
        var container = Message((1, Text("c")), (8, limits), (16, 0L));
        var spec = Message((1, 0L), (3, Message((2, Message((1, volume), (2, container), (11, 0L), (21, 0L))))), (5, 0L));

        var read = KubernetesProtobuf.Read(Envelope("apps/v1", "Deployment", Message((1, Message((1, Text("d")))), (2, spec), (3, Message()))));

        Assert.Equal(
            """{"replicas":0,"template":{"spec":{"volumes":[{"name":"v","emptyDir":{}}],"containers":[{"name":"c","resources":{"limits":{"cpu":"100m"}}}],"automountServiceAccountToken":false}}}""",
            read["spec"]!.ToJsonString());
        Assert.Null(read["status"]);
    }

    [Fact]
    public void Read_OfAReviewOfOneself_IsUnderstoodWithTheEmptyStatusThatClientsSend() =>
        Assert.Equal(
            """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""",
            KubernetesProtobuf.Read(Envelope("authentication.k8s.io/v1", "SelfSubjectReview", Message((1, Message((1, Text("")))), (2, Message((1, Message((1, Text(""))))))))).ToJsonString());

    [Theory]
    [InlineData("Widget", 415)]
    [InlineData("ConfigMap", 415)]
    public async Task Create_FromProtobufThatIsNotKnown_AsksForJson(string kind, int code)
    {
        var body = Envelope("v1", kind, Message((99, 1L)));

        (await Client.SendAsync("POST", Samples.ConfigMaps, body, "application/vnd.kubernetes.protobuf", null, null)).Expect(code);
    }

    [Fact]
    public async Task Create_FromNonsense_IsABadRequest()
    {
        foreach (var body in new byte[][] { [], [1, 2, 3], [.. "k8s\0"u8, 0xff, 0xff], [.. "k8s\0"u8, 0x12, 0x7f, 1] })
        {
            (await Client.SendAsync("POST", Samples.ConfigMaps, body, "application/vnd.kubernetes.protobuf", null, null)).Expect(400, 415);
        }
    }

    private static byte[] Envelope(string apiVersion, string kind, byte[] raw) =>
        [.. "k8s\0"u8, .. Message((1, Message((1, Text(apiVersion)), (2, Text(kind)))), (2, raw))];

    private static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static byte[] Message(params (int Number, object Value)[] fields)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer))
        {
            foreach (var (number, value) in fields)
            {
                if (value is long integer)
                {
                    output.WriteTag(number, WireFormat.WireType.Varint);
                    output.WriteInt64(integer);
                }
                else
                {
                    output.WriteTag(number, WireFormat.WireType.LengthDelimited);
                    output.WriteBytes(ByteString.CopyFrom((byte[])value));
                }
            }
        }

        return buffer.ToArray();
    }
}
