using System.Runtime.CompilerServices;

namespace Mesh.Client.Pipeline.Attempts;

/// <summary>Looks at a request's options without making them: most requests have none, and asking for them allocates a dictionary.</summary>
internal static class RequestOptions
{
    private static readonly bool CanLook = Probe();

    /// <summary>Null when nobody has set one.</summary>
    public static HttpRequestOptions? Find(HttpRequestMessage request) => CanLook ? Field(request) : request.Options;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_options")]
    private static extern ref HttpRequestOptions? Field(HttpRequestMessage request);

    // The field is the runtime's own business: should it be renamed one day, the dictionary is the price.
    private static bool Probe()
    {
        try
        {
            using var request = new HttpRequestMessage();
            return Field(request) is null && ReferenceEquals(request.Options, Field(request));
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }
}
