namespace Bookinfo.Ratings;

/// <summary>What a version does with a request.</summary>
internal enum Reaction
{
    Answer,
    Delay,
    Refuse,
}
