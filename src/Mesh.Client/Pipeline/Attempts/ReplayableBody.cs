using System.Net.Http.Json;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Tells which request bodies can be written any number of times without help.</summary>
internal static class ReplayableBody
{
    public static bool Is(HttpContent? content) => content switch
    {
        null or ReadOnlyMemoryContent or JsonContent => true,
        MultipartContent parts => IsExactly(parts, typeof(MultipartContent), typeof(MultipartFormDataContent)) && parts.All(Is),

        // What an application derives from it may write anything.
        ByteArrayContent => IsExactly(content, typeof(ByteArrayContent), typeof(StringContent), typeof(FormUrlEncodedContent)),
        _ => false,
    };

    private static bool IsExactly(HttpContent content, params ReadOnlySpan<Type> types) => types.Contains(content.GetType());
}
