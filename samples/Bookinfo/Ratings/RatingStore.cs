using System.Text.Json.Nodes;

namespace Bookinfo.Ratings;

/// <summary>Ratings by product, in memory; products nobody rated have the well-known ones.</summary>
internal sealed class RatingStore
{
    /// <summary>A caller may not fill the memory.</summary>
    public const int Capacity = 1000;

    private readonly Dictionary<int, JsonNode?> _rated = [];
    private readonly Lock _lock = new();

    public JsonNode? Get(int product)
    {
        lock (_lock)
        {
            return _rated.TryGetValue(product, out var ratings)
                ? ratings?.DeepClone()
                : new JsonObject { ["Reviewer1"] = 5, ["Reviewer2"] = 4 };
        }
    }

    public bool TrySet(int product, JsonNode? ratings)
    {
        lock (_lock)
        {
            if (_rated.Count >= Capacity && !_rated.ContainsKey(product))
            {
                return false;
            }

            _rated[product] = ratings?.DeepClone();
            return true;
        }
    }
}
