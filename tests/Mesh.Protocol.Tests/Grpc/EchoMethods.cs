using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Grpc;

namespace Mesh.Protocol.Tests.Grpc;

/// <summary>The test service: one method of every kind, with messages that every peer has without generated code.</summary>
internal static class EchoMethods
{
    public const string Service = "mesh.test.Echo";

    public static GrpcMethod<StringValue, StringValue> Unary { get; } = Method(nameof(Unary));

    public static GrpcMethod<StringValue, StringValue> ServerStream { get; } = Method(nameof(ServerStream));

    public static GrpcMethod<StringValue, StringValue> ClientStream { get; } = Method(nameof(ClientStream));

    public static GrpcMethod<StringValue, StringValue> Bidi { get; } = Method(nameof(Bidi));

    /// <summary>Fails with the status of the request: <c>code text</c>.</summary>
    public static GrpcMethod<StringValue, StringValue> Fail { get; } = Method(nameof(Fail));

    /// <summary>Ends only when the client is gone or the deadline has passed.</summary>
    public static GrpcMethod<StringValue, StringValue> Hang { get; } = Method(nameof(Hang));

    public static StringValue Text(string value) => new() { Value = value };

    public static GrpcMethod<StringValue, StringValue> Method(string name) => new(Service, name, StringValue.Parser, StringValue.Parser);
}
