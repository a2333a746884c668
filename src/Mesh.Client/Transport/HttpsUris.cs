namespace Mesh.Client.Transport;

/// <summary>Gives the https form of http URIs; those that are asked for again and again are made once, as making one costs more than choosing a route.</summary>
internal sealed class HttpsUris
{
    /// <summary>A power of two. Different URIs may share a slot: the later one takes it, so that nothing a caller does fills the memory.</summary>
    private const int Slots = 512;

    // Replaced as a whole, one entry at a time, by whoever misses.
    private readonly HttpsUri?[] _slots = new HttpsUri?[Slots];

    public HttpsUri Of(Uri uri)
    {
        var text = uri.OriginalString;
        ref var slot = ref _slots[text.GetHashCode(StringComparison.Ordinal) & (Slots - 1)];
        var known = Volatile.Read(ref slot);

        // The same text can be another path: URIs are made with and without normalising it.
        if (known is not null && known.Original == text && known.Uri.PathAndQuery == uri.PathAndQuery)
        {
            return known;
        }

        var made = HttpsUri.Make(uri);
        Volatile.Write(ref slot, made);
        return made;
    }
}
