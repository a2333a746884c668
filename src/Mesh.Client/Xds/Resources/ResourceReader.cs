using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Client.Xds.Decoders;
using Mesh.Protocol.Envoy.Discovery;

namespace Mesh.Client.Xds.Resources;

/// <summary>Takes a resource out of its wrappers and has it decoded; whatever a server sends becomes a result with a reason.</summary>
internal sealed class ResourceReader<T>(string typeUrl, Func<ByteString, DecodeResult<T>> decode)
    where T : class
{
    private const string WrapperType = "envoy.service.discovery.v3.Resource";

    /// <param name="update">As it stands in the response.</param>
    /// <param name="find">What is known under a name: the same bytes are not decoded again.</param>
    /// <param name="bytes">The resource's bytes; null when there are none of the right type.</param>
    public DecodeResult<T> Read(ResourceUpdate update, Func<string, ResourceWatch<T>?> find, out ByteString? bytes)
    {
        bytes = null;
        var (name, any) = (update.Name ?? "", update.Resource);
        if (any is not null && TypedConfig.TypeName(any.TypeUrl) == WrapperType)
        {
            // gRFC A47: a state-of-the-world response may wrap its resources to name them.
            if (Unwrap(any) is not { } wrapper)
            {
                return DecodeResult<T>.Rejected(name, $"{WrapperType} cannot be parsed");
            }

            (name, any) = (wrapper.Name, wrapper.Resource_);
        }

        if (any is null || any.TypeUrl != typeUrl)
        {
            return DecodeResult<T>.Rejected(name, $"expected {typeUrl}, got {any?.TypeUrl ?? "no resource"}");
        }

        bytes = any.Value;
        return name.Length > 0 && find(name) is { Value: { } held } watch && bytes.Equals(watch.Bytes)
            ? new DecodeResult<T>(name, held, [])
            : Named(Decode(bytes), name);
    }

    /// <summary>A resource that was accepted before, by a client that may have been another version of this one.</summary>
    public DecodeResult<T> Read(HeldResource held, out ByteString bytes) => Named(Decode(bytes = UnsafeByteOperations.UnsafeWrap(held.Bytes)), held.Name);

    private static Resource? Unwrap(Any any)
    {
        try
        {
            return Resource.Parser.ParseFrom(any.Value);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private DecodeResult<T> Decode(ByteString bytes)
    {
        try
        {
            return decode(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            return DecodeResult<T>.Rejected("", $"cannot be parsed: {exception.Message}");
        }
    }

    private static DecodeResult<T> Named(DecodeResult<T> result, string name)
    {
        if (name.Length == 0 || name == result.Name)
        {
            return result;
        }

        return result.Name.Length == 0
            ? result with { Name = name }
            : DecodeResult<T>.Rejected(name, $"the resource calls itself '{result.Name}'");
    }
}
