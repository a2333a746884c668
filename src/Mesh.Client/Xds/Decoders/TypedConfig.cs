using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol.Envoy.Route;
using Cncf = Mesh.Protocol.Xds.Type;
using Udpa = Mesh.Protocol.Udpa.Type;

namespace Mesh.Client.Xds.Decoders;

/// <summary>Reads the typed configuration of an extension: both spellings of TypedStruct stand for the type they name (gRFC A39).</summary>
/// <param name="TypeUrl">The type after unwrapping, without the part before the last slash.</param>
/// <param name="Bytes">Null when the configuration came as a struct.</param>
internal readonly record struct TypedConfig(string TypeUrl, ByteString? Bytes)
{
    /// <summary>Unwraps; null, with the reason added, when the wrapper cannot be read.</summary>
    public static TypedConfig? Read(Any any, DecodeErrors errors)
    {
        var type = TypeName(any.TypeUrl);
        try
        {
            return type switch
            {
                "xds.type.v3.TypedStruct" => new(TypeName(Cncf.TypedStruct.Parser.ParseFrom(any.Value).TypeUrl), null),
                "udpa.type.v1.TypedStruct" => new(TypeName(Udpa.TypedStruct.Parser.ParseFrom(any.Value).TypeUrl), null),
                _ => new(type, any.Value),
            };
        }
        catch (InvalidProtocolBufferException exception)
        {
            errors.Add($"{type} cannot be parsed: {exception.Message}");
            return null;
        }
    }

    /// <summary>Parses the bytes as the message; null, with the reason added, when they are not one.</summary>
    public T? Parse<T>(MessageParser<T> parser, DecodeErrors errors)
        where T : class, IMessage<T>
    {
        if (Bytes is null)
        {
            errors.Add($"{TypeUrl} came as a TypedStruct; expected the message itself");
            return null;
        }

        try
        {
            return parser.ParseFrom(Bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            errors.Add($"{TypeUrl} cannot be parsed: {exception.Message}");
            return null;
        }
    }

    /// <summary>Takes a <see cref="FilterConfig"/> apart; one that is <paramref name="disabled"/> may come without a configuration.</summary>
    public static TypedConfig? ReadOverride(Any any, DecodeErrors errors, out bool optional, out bool disabled)
    {
        (optional, disabled) = (false, false);
        var config = Read(any, errors);
        if (config is not { TypeUrl: "envoy.config.route.v3.FilterConfig" } wrapper)
        {
            return config;
        }

        var filter = wrapper.Parse(FilterConfig.Parser, errors);
        if (filter is null)
        {
            return null;
        }

        optional = filter.IsOptional;
        disabled = filter.Disabled;
        if (filter.Config is null && !disabled)
        {
            errors.Add("FilterConfig has no config");
        }

        return filter.Config is null ? null : Read(filter.Config, errors);
    }

    /// <summary>The full message name in a type URL.</summary>
    public static string TypeName(string typeUrl) => typeUrl[(typeUrl.LastIndexOf('/') + 1)..];
}
