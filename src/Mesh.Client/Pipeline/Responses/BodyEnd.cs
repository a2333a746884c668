namespace Mesh.Client.Pipeline.Responses;

/// <summary>What the head of a response says of the end of its body.</summary>
internal enum BodyEnd
{
    /// <summary>Nothing that waits for it needs to: there is no body, or it is as good as read.</summary>
    Reached,

    /// <summary>It comes with the head or right behind it, and something waits for it: it is read before the response is given.</summary>
    Near,

    /// <summary>It is watched for.</summary>
    Far,
}
