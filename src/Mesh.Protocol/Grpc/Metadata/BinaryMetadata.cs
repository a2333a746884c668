using System.Buffers.Text;

namespace Mesh.Protocol.Grpc.Metadata;

/// <summary>Values of metadata whose key ends in <c>-bin</c>: base64, sent without padding, accepted with and without.</summary>
internal static class BinaryMetadata
{
    public const string Suffix = "-bin";

    public static bool IsBinary(string key) => key.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase);

    public static string Encode(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');

    /// <summary>Decodes one value; split a comma-joined header first.</summary>
    public static bool TryDecode(string text, out byte[] value)
    {
        var body = text.AsSpan().Trim().TrimEnd('=');
        var missing = (4 - (body.Length % 4)) % 4;
        var padded = string.Concat(body, new string('=', missing));
        if (missing == 3 || !Base64.IsValid(padded))
        {
            value = [];
            return false;
        }

        value = Convert.FromBase64String(padded);
        return true;
    }
}
