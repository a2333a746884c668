using System.Text.Json;
using System.Text.Unicode;

namespace Mesh.Protocol.Jwt;

/// <summary>Tells whether everything in a JSON text can be read later without surprises.</summary>
internal static class StrictJson
{
    /// <summary>One JSON value of valid UTF-8, not too deep, each string of it text (an escaped half of a surrogate pair is none).</summary>
    public static bool IsReadable(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        if (!Utf8.IsValid(utf8))
        {
            return false;
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    reader.GetString();
                }
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
