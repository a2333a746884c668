using Mesh.Protocol.Envoy.Core;

namespace Mesh.Client.Xds.Decoders.Secrets;

/// <summary>Reads what stands in a message alone: a control plane is not to say which files of this machine are read.</summary>
internal static class InlineText
{
    public static string? Read(DataSource? source, DecodeErrors errors)
    {
        switch (source?.SpecifierCase)
        {
            case DataSource.SpecifierOneofCase.InlineString:
                return source.InlineString;
            case DataSource.SpecifierOneofCase.InlineBytes:
                return source.InlineBytes.ToStringUtf8();
            default:
                errors.Add($"expected inline_string or inline_bytes, got {source?.SpecifierCase.ToString() ?? "nothing"}");
                return null;
        }
    }
}
