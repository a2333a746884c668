using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Mesh.Client.Model;
using Mesh.Protocol.Envoy.Core;
using AppendAction = Mesh.Protocol.Envoy.Core.HeaderValueOption.Types.HeaderAppendAction;

namespace Mesh.Client.Xds.Decoders.Headers;

/// <summary>Decodes the header edits of one level; what Envoy refuses is refused.</summary>
internal static class HeaderEditsDecoder
{
    private const int MaxValueLength = 16 * 1024;

    /// <summary>Null when the level edits nothing.</summary>
    public static HeaderEdits? Decode(
        RepeatedField<HeaderValueOption> set,
        RepeatedField<string> remove,
        string direction,
        DecodeErrors errors)
    {
        if (set.Count == 0 && remove.Count == 0)
        {
            return null;
        }

        for (var index = 0; index < remove.Count; index++)
        {
            CheckName(remove[index], "removed", errors.In($"{direction}_headers_to_remove", index));
        }

        var edits = ImmutableArray.CreateBuilder<HeaderEdit>(set.Count);
        for (var index = 0; index < set.Count; index++)
        {
            if (Decode(set[index], errors.In($"{direction}_headers_to_add", index)) is { } edit)
            {
                edits.Add(edit);
            }
        }

        return new HeaderEdits([.. remove], edits.ToImmutable());
    }

    private static HeaderEdit? Decode(HeaderValueOption option, DecodeErrors errors)
    {
        if (option.Header is not { } header)
        {
            errors.Add("expected header, got none");
            return null;
        }

        CheckName(header.Key, "modified", errors);
        if (header.Value.Length > MaxValueLength)
        {
            errors.Add($"expected a value of at most {MaxValueLength} characters, got {header.Value.Length}");
            return null;
        }

        return HeaderFormatDecoder.Decode(header.Value, errors) is { } format
            ? new HeaderEdit(header.Key, format, Kind(option, errors), option.KeepEmptyValue)
            : null;
    }

    private static HeaderEditKind Kind(HeaderValueOption option, DecodeErrors errors)
    {
#pragma warning disable CS0612 // The old form, which Envoy still reads.
        if (option.Append is { } append)
        {
            if (option.AppendAction != AppendAction.AppendIfExistsOrAdd)
            {
                errors.Add("append and append_action are both set; use append_action");
            }

            return append ? HeaderEditKind.AppendOrAdd : HeaderEditKind.OverwriteOrAdd;
        }
#pragma warning restore CS0612

        switch (option.AppendAction)
        {
            case AppendAction.AppendIfExistsOrAdd:
                return HeaderEditKind.AppendOrAdd;
            case AppendAction.AddIfAbsent:
                return HeaderEditKind.AddIfAbsent;
            case AppendAction.OverwriteIfExistsOrAdd:
                return HeaderEditKind.OverwriteOrAdd;
            case AppendAction.OverwriteIfExists:
                return HeaderEditKind.OverwriteIfExists;
            default:
                errors.Add($"unknown append_action {(int)option.AppendAction}");
                return HeaderEditKind.AppendOrAdd;
        }
    }

    // Envoy: path and authority have actions of their own, and nothing else of the request line may be touched.
    private static void CheckName(string name, string verb, DecodeErrors errors)
    {
        if (name.StartsWith(':') || name.Equals("host", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add($"'{name}': headers that begin with a colon, and host, may not be {verb}");
        }
        else if (name.Length == 0 || name.Any(character => !char.IsAsciiLetterOrDigit(character) && !"!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal)))
        {
            errors.Add($"'{name}' is not a header name");
        }
    }
}
