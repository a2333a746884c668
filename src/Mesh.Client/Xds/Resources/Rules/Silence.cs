namespace Mesh.Client.Xds.Resources.Rules;

/// <summary>What a resource counts as that a server did not send in time.</summary>
internal enum Silence
{
    /// <summary>There is none (gRFC A57).</summary>
    Absent,

    /// <summary>The server fails (gRFC A88).</summary>
    Failing,

    /// <summary>Nobody has said anything of it, and what the process does without a word holds on.</summary>
    Unanswered,
}
