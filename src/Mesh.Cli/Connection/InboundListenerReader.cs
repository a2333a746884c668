using Google.Protobuf;
using Mesh.Client.Model;
using Mesh.Client.Xds.Decoders;
using Mesh.Client.Xds.Decoders.Inbound;
using Mesh.Protocol.Envoy.Listener;

namespace Mesh.Cli.Connection;

/// <summary>Reads an inbound listener as the workload reads it.</summary>
internal static class InboundListenerReader
{
    /// <param name="base64">The listener's bytes.</param>
    public static InboundPort Read(string base64)
    {
        try
        {
            var errors = new DecodeErrors();
            var port = InboundListenerDecoder.Decode(Listener.Parser.ParseFrom(Convert.FromBase64String(base64)), errors);
            return port is not null && !errors.Any
                ? port
                : throw new CommandException($"The workload would refuse the listener that it is served, so it denies everything: {string.Join("; ", errors.ToImmutable())}");
        }
        catch (Exception exception) when (exception is FormatException or InvalidProtocolBufferException)
        {
            throw new CommandException($"The control plane sent no listener: {exception.Message}", innerException: exception);
        }
    }
}
