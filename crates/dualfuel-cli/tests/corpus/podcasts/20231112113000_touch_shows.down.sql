DROP TRIGGER shows_touch;
