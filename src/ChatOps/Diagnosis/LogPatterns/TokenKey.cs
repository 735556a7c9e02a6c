namespace ChatOps.Diagnosis.LogPatterns;

/// <summary>A skeleton as a key, with one place left open (<see cref="Hole"/>, -1: none).</summary>
internal readonly struct TokenKey : IEquatable<TokenKey>
{
    private readonly uint[] tokens;
    private readonly LineLevel level;
    private readonly int hash;

    public TokenKey(uint[] tokens, int hole, LineLevel level)
    {
        this.tokens = tokens;
        this.level = level;
        Hole = hole;
        var h = 0x9E37_79B9_7F4A_7C15UL ^ (uint)level ^ ((ulong)(uint)hole << 32);
        for (var i = 0; i < tokens.Length; i++) h = (h ^ (i == hole ? 7u : tokens[i])) * 0xD6E8_FEB8_6659_FD93UL ^ (h >> 32);
        hash = (int)(h ^ (h >> 32));
    }

    public int Hole { get; }

    public bool Equals(TokenKey other)
    {
        if (hash != other.hash || Hole != other.Hole || level != other.level || tokens.Length != other.tokens.Length) return false;
        for (var i = 0; i < tokens.Length; i++)
        {
            if (i != Hole && tokens[i] != other.tokens[i]) return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is TokenKey other && Equals(other);

    public override int GetHashCode() => hash;
}
